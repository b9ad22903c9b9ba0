import { EngineError, type EngineErrorCode } from "@unpaired/engine";
import { UnpairedError } from "../errors.ts";

/** The engine's own codes, and what goes wrong around it. */
export type LocalModelErrorCode =
  | EngineErrorCode
  | "invalid_manifest"
  | "damaged_file"
  | "engine_unavailable"
  | "undecodable_image"
  | "unsupported_platform";

/** A published model that cannot be had or run on this device. */
export class LocalModelError extends UnpairedError {
  static override readonly brand: string = "LocalModelError";

  declare readonly code: LocalModelErrorCode;

  constructor(
    message: string,
    { code, cause }: { readonly code: LocalModelErrorCode; readonly cause?: unknown },
  ) {
    super(message, { code, cause });
  }
}

/** Engine errors as this package's own; anything else as it is. */
export function fromEngine(error: unknown): unknown {
  if (!(error instanceof EngineError)) return error;
  return new LocalModelError(error.message, { code: error.code, cause: error });
}
