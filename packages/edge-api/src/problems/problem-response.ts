import { UnpairedError } from "@unpaired/core";
import { type Problem, type ProblemCode, problemCodeSchema } from "@unpaired/core/contracts";
import { RequestError } from "./request-error.ts";
import { problemStatuses } from "./statuses.ts";

/**
 * The `application/problem+json` answer to anything that was thrown (RFC 9457).
 * An error this service does not know says nothing about itself: its detail could name internals.
 */
export function problemResponse(error: unknown, requestId: string): Response {
  const code = problemCode(error);
  const { status, title, retryAfterSeconds } = problemStatuses[code];
  const problem: Problem = {
    type: `urn:unpaired:problem:${code}`,
    title,
    status,
    code,
    detail:
      code === "internal_error"
        ? `The service failed; report request ${requestId} to its operator.`
        : (error as UnpairedError).message,
    requestId,
  };
  const headers = new Headers(error instanceof RequestError ? error.headers : {});
  headers.set("content-type", "application/problem+json");
  headers.set("cache-control", "no-store");
  headers.set("x-request-id", requestId);
  if (retryAfterSeconds !== undefined) headers.set("retry-after", String(retryAfterSeconds));
  return new Response(JSON.stringify(problem), { status, headers });
}

function problemCode(error: unknown): ProblemCode {
  if (!(error instanceof UnpairedError)) return "internal_error";
  return problemCodeSchema.safeParse(error.code).data ?? "internal_error";
}
