// Registered globally, so that two copies of this package on one page recognise each other's errors.
const lineageKey = Symbol.for("@unpaired/sdk.error");

/** What an error of this client carries beside its message. */
export interface UnpairedErrorOptions {
  /** Stable snake_case identifier; branch on this, never on the message. */
  readonly code: string;
  /** Whether the same call may well succeed later; the client has already used its own retries. */
  readonly isRetryable?: boolean;
  readonly cause?: unknown;
}

/**
 * Base of every error this client throws.
 *
 * @example
 * ```ts
 * try {
 *   await client.translate(image, { model: "summer2winter" });
 * } catch (error) {
 *   if (RateLimitError.isInstance(error)) console.log(`again in ${error.retryAfterMs} ms`);
 *   else if (UnpairedError.isInstance(error)) console.log(error.code, error.message);
 *   else throw error;
 * }
 * ```
 */
export class UnpairedError extends Error {
  /** The class's name, which survives minification. */
  static readonly brand: string = "UnpairedError";

  readonly code: string;
  readonly isRetryable: boolean;

  constructor(message: string, { code, isRetryable = false, cause }: UnpairedErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.brand;
    this.code = code;
    this.isRetryable = isRetryable;
    Object.defineProperty(this, lineageKey, { value: lineage(new.target) });
  }

  /** Like `instanceof`, but also true for errors made by another copy of this package. */
  static isInstance<Class extends ErrorClass>(this: Class, error: unknown): error is InstanceType<Class> {
    if (typeof error !== "object" || error === null) return false;
    const brands = (error as { [lineageKey]?: unknown })[lineageKey];
    // biome-ignore lint/complexity/noThisInStatic: every subclass inherits this method and asks for its own brand
    return Array.isArray(brands) && brands.includes(this.brand);
  }

  /** What is safe to log or send on: no cause, no headers, no key. */
  toJSON(): Record<string, unknown> {
    return { name: this.name, code: this.code, message: this.message, isRetryable: this.isRetryable };
  }
}

/** An option or an image was refused before anything was sent. */
export class InvalidArgumentError extends UnpairedError {
  static override readonly brand: string = "InvalidArgumentError";

  constructor(message: string, { code = "invalid_argument", ...rest }: Partial<UnpairedErrorOptions> = {}) {
    super(message, { code, ...rest });
  }
}

/** No complete answer came: refused, cut off, unresolved, or blocked by the browser (CORS). */
export class ConnectionError extends UnpairedError {
  static override readonly brand: string = "ConnectionError";

  constructor(message: string, { cause }: { readonly cause?: unknown } = {}) {
    super(message, { code: "connection_failed", isRetryable: true, cause });
  }
}

/** One try took longer than `timeoutMs`. */
export class TimeoutError extends UnpairedError {
  static override readonly brand: string = "TimeoutError";

  constructor(message: string) {
    super(message, { code: "timeout", isRetryable: true });
  }
}

/** The caller's `signal` ended the call; `cause` is the signal's reason. */
export class AbortedError extends UnpairedError {
  static override readonly brand: string = "AbortedError";

  constructor(message: string, { cause }: { readonly cause?: unknown } = {}) {
    super(message, { code: "aborted", cause });
  }
}

/** The server said success, but what it sent is not what the API promises. */
export class MalformedAnswerError extends UnpairedError {
  static override readonly brand: string = "MalformedAnswerError";

  readonly status: number;
  /** The answer's `x-request-id`, if it had one. */
  readonly requestId: string | undefined;

  constructor(
    message: string,
    { status, requestId, cause }: { status: number; requestId?: string | undefined; cause?: unknown },
  ) {
    super(message, { code: "malformed_answer", cause });
    this.status = status;
    this.requestId = requestId;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), status: this.status, requestId: this.requestId };
  }
}

type ErrorClass = (abstract new (
  ...args: never[]
) => UnpairedError) & {
  readonly brand: string;
};

/** Brands of a class and everything it extends, the most special first. */
function lineage(errorClass: ErrorClass): string[] {
  const brands: string[] = [];
  for (
    let current: ErrorClass | undefined = errorClass;
    typeof current?.brand === "string";
    current = Object.getPrototypeOf(current)
  ) {
    brands.push(current.brand);
  }
  return brands;
}
