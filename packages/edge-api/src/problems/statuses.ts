import type { ProblemCode } from "@unpaired/core/contracts";

/** What HTTP says about a problem: its status, its title and, where waiting helps, for how long. */
export interface ProblemStatus {
  readonly status: number;
  readonly title: string;
  readonly retryAfterSeconds?: number;
}

/** HTTP status and title of every problem code (RFC 9110, RFC 6585). */
export const problemStatuses: Readonly<Record<ProblemCode, ProblemStatus>> = {
  invalid_request: { status: 400, title: "Invalid request" },
  unauthorized: { status: 401, title: "Unauthorized" },
  forbidden: { status: 403, title: "Forbidden" },
  model_not_found: { status: 404, title: "Model not found" },
  not_found: { status: 404, title: "Not found" },
  job_not_found: { status: 404, title: "Job not found" },
  method_not_allowed: { status: 405, title: "Method not allowed" },
  not_acceptable: { status: 406, title: "Not acceptable" },
  conflict: { status: 409, title: "Conflict" },
  length_required: { status: 411, title: "Length required" },
  image_too_large: { status: 413, title: "Image too large" },
  unsupported_image: { status: 415, title: "Unsupported image" },
  undecodable_image: { status: 422, title: "Undecodable image" },
  invalid_parameter: { status: 422, title: "Invalid parameter" },
  out_of_domain: { status: 422, title: "Out of the model's domain" },
  // The period of the rate limiter in wrangler.jsonc; when it began, the limiter does not tell.
  rate_limited: { status: 429, title: "Too many requests", retryAfterSeconds: 10 },
  internal_error: { status: 500, title: "Internal error" },
  service_misconfigured: { status: 500, title: "Service misconfigured" },
  model_unavailable: { status: 503, title: "Model unavailable", retryAfterSeconds: 5 },
};
