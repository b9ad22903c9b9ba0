import { UnpairedError } from "@unpaired/core";

/** Every code a {@link StudyError} can carry. */
export type StudyErrorCode =
  | "too_few_pairs"
  | "invalid_study"
  | "study_exists"
  | "study_not_found"
  | "unauthorized"
  | "service_unreachable"
  | "service_failing";

/** A perceptual study cannot be made, or its results cannot be had. */
export class StudyError extends UnpairedError {
  override readonly name = "StudyError";
  declare readonly code: StudyErrorCode;

  constructor(code: StudyErrorCode, message: string, cause?: unknown) {
    super(message, { code, cause });
  }
}
