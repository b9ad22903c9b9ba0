import { UnpairedError } from "@unpaired/core";
import { type ProblemCode, problemCodeSchema } from "@unpaired/core/contracts";

/** Why an image could not be translated. */
export interface ItemProblem {
  readonly code: ProblemCode;
  readonly detail: string;
  /** Trying again changes nothing. */
  readonly isLasting: boolean;
}

const lastingCodes: ReadonlySet<ProblemCode> = new Set([
  "invalid_request",
  "model_not_found",
  "not_found",
  "image_too_large",
  "unsupported_image",
  "undecodable_image",
  "invalid_parameter",
  "out_of_domain",
]);

/** What a failed try says; an error this service does not know says nothing about itself. */
export function itemProblem(error: unknown): ItemProblem {
  const code = error instanceof UnpairedError ? problemCodeSchema.safeParse(error.code).data : undefined;
  if (code === undefined || code === "internal_error") {
    return {
      code: "internal_error",
      detail: "The service failed each time it tried this image; tell its operator the job's id.",
      isLasting: false,
    };
  }
  return { code, detail: (error as UnpairedError).message, isLasting: lastingCodes.has(code) };
}
