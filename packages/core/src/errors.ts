/** What every error of this project carries beside its message: a stable, machine-readable code. */
export interface UnpairedErrorOptions {
  /** Stable snake_case identifier; callers branch on this, never on the message. */
  readonly code: string;
  readonly cause?: unknown;
}

/**
 * Base of every error a user can cause or cure. The message is one sentence that names the offending value
 * and the cure; anything else that is thrown is a bug.
 */
export class UnpairedError extends Error {
  override readonly name: string = "UnpairedError";
  readonly code: string;

  constructor(message: string, { code, cause }: UnpairedErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** A model description, its weights or its published files do not hold together. */
export class ModelError extends UnpairedError {
  override readonly name = "ModelError";
}

/** An option or argument is outside what the called function accepts. */
export class InvalidArgumentError extends UnpairedError {
  override readonly name = "InvalidArgumentError";

  constructor(message: string, { code = "invalid_argument", cause }: Partial<UnpairedErrorOptions> = {}) {
    super(message, { code, cause });
  }
}
