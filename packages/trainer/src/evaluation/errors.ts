import { UnpairedError } from "@unpaired/core";

/** Every code an {@link EvaluationError} can carry. */
export type EvaluationErrorCode =
  | "no_reference"
  | "size_mismatch"
  | "too_small"
  | "too_few_images"
  | "runs_differ"
  | "metric_not_possible"
  | "unknown_metric"
  | "invalid_palette"
  | "invalid_segmenter"
  | "invalid_feature_model"
  | "diverged";

/** An evaluation cannot be made from what was given; the message names it and the cure. */
export class EvaluationError extends UnpairedError {
  override readonly name = "EvaluationError";
  declare readonly code: EvaluationErrorCode;

  constructor(code: EvaluationErrorCode, message: string, cause?: unknown) {
    super(message, { code, cause });
  }
}
