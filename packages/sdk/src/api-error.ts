import { type Answer, mediaType, parseJson } from "./answer.ts";
import { UnpairedError } from "./errors.ts";
import { isRetryableStatus, parseRetryAfterMs } from "./retry-after.ts";
import type { Problem, ProblemCode } from "./wire.ts";

/** `http_error` stands for an answer the API itself did not write: a proxy's, or another server's. */
export type ApiErrorCode = ProblemCode | "http_error";

/** What an {@link ApiError} is made of. */
export interface ApiErrorOptions {
  readonly code: ApiErrorCode;
  readonly status: number;
  readonly requestId?: string | undefined;
  readonly problem?: Problem | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** The server answered with a status of 400 or above. */
export class ApiError extends UnpairedError {
  static override readonly brand: string = "ApiError";

  declare readonly code: ApiErrorCode;
  /** HTTP status. */
  readonly status: number;
  /** What to quote when asking whoever runs the server. */
  readonly requestId: string | undefined;
  /** The RFC 9457 body; undefined where the answer was not the API's own. */
  readonly problem: Problem | undefined;
  /** What the server's `retry-after-ms` or `retry-after` asked for, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { code, status, requestId, problem, retryAfterMs }: ApiErrorOptions) {
    // The API's own conflict stays one, whatever a proxy's 409 may mean.
    super(message, { code, isRetryable: code !== "conflict" && isRetryableStatus(status) });
    this.status = status;
    this.requestId = requestId;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }

  override toJSON(): Record<string, unknown> {
    const { status, requestId, problem, retryAfterMs } = this;
    return { ...super.toJSON(), status, requestId, problem, retryAfterMs };
  }
}

/** The request itself is wrong: a parameter out of range, a missing length, a method the path does not have. */
export class InvalidRequestError extends ApiError {
  static override readonly brand: string = "InvalidRequestError";
}

/** The API key is missing, not accepted, or not for the model asked for. */
export class AuthenticationError extends ApiError {
  static override readonly brand: string = "AuthenticationError";
}

/** No such model, version, job or path. */
export class NotFoundError extends ApiError {
  static override readonly brand: string = "NotFoundError";
}

/** The request contradicts what the server has: an idempotency key used for another request, a job that has ended. */
export class ConflictError extends ApiError {
  static override readonly brand: string = "ConflictError";
}

/** The server cannot take this image: too large, of an unknown type, or broken. */
export class InvalidImageError extends ApiError {
  static override readonly brand: string = "InvalidImageError";
}

/** Too many requests; see `retryAfterMs`. */
export class RateLimitError extends ApiError {
  static override readonly brand: string = "RateLimitError";
}

/** The model exists but cannot run right now; see `retryAfterMs`. */
export class ModelUnavailableError extends ApiError {
  static override readonly brand: string = "ModelUnavailableError";
}

/** The server, or something in front of it, failed. */
export class ServerError extends ApiError {
  static override readonly brand: string = "ServerError";
}

const classByCode: Readonly<Record<ProblemCode, typeof ApiError>> = {
  invalid_request: InvalidRequestError,
  unauthorized: AuthenticationError,
  forbidden: AuthenticationError,
  model_not_found: NotFoundError,
  not_found: NotFoundError,
  method_not_allowed: InvalidRequestError,
  not_acceptable: InvalidRequestError,
  length_required: InvalidRequestError,
  image_too_large: InvalidImageError,
  unsupported_image: InvalidImageError,
  undecodable_image: InvalidImageError,
  invalid_parameter: InvalidRequestError,
  out_of_domain: InvalidImageError,
  job_not_found: NotFoundError,
  conflict: ConflictError,
  rate_limited: RateLimitError,
  internal_error: ServerError,
  service_misconfigured: ServerError,
  model_unavailable: ModelUnavailableError,
};

function classByStatus(status: number): typeof ApiError {
  if (status === 401 || status === 403) return AuthenticationError;
  if (status === 404) return NotFoundError;
  if (status === 409) return ConflictError;
  if (status === 413 || status === 415) return InvalidImageError;
  if (status === 429) return RateLimitError;
  return status >= 500 ? ServerError : ApiError;
}

/**
 * The typed error for an answer that is not a success.
 *
 * @param redact removes secrets from text the server wrote
 */
export function toApiError(answer: Answer, { redact, now }: ToApiErrorOptions): ApiError {
  const { status, headers } = answer;
  const problem = readProblem(answer, redact);
  const ErrorClass =
    (problem && Object.hasOwn(classByCode, problem.code) && classByCode[problem.code]) ||
    classByStatus(status);
  const message =
    problem?.detail ??
    `${answer.source} answered ${status} with ${mediaType(answer) || "no content type"} instead of problem details; check that baseUrl names an Unpaired API and what stands in front of it`;
  return new ErrorClass(message, {
    code: problem?.code ?? "http_error",
    status,
    problem,
    requestId: answer.requestId ?? problem?.requestId,
    retryAfterMs: parseRetryAfterMs(headers, now()),
  });
}

interface ToApiErrorOptions {
  readonly redact: (text: string) => string;
  readonly now: () => number;
}

/** Characters kept of each of a problem's texts. */
const maxTextLength = 1000;

/** The answer's problem details, or undefined where `code` and `detail` are not both there. */
function readProblem(answer: Answer, redact: (text: string) => string): Problem | undefined {
  const body = parseJson(answer);
  if (typeof body !== "object" || body === null) return undefined;
  const { type, title, code, detail, requestId } = body as Record<string, unknown>;
  if (typeof code !== "string" || typeof detail !== "string") return undefined;
  const text = (value: unknown, otherwise: string) =>
    typeof value === "string" ? redact(value).slice(0, maxTextLength) : otherwise;
  return {
    type: text(type, "about:blank"),
    title: text(title, code),
    status: answer.status,
    // A newer server may know a code this version does not; it is passed on as it came.
    code: text(code, "") as ProblemCode,
    detail: text(detail, ""),
    requestId: text(requestId, ""),
  };
}
