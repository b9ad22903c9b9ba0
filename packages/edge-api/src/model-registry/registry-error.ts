import { UnpairedError } from "@unpaired/core";

/** A model that is not published, or whose published files cannot be used. */
export class RegistryError extends UnpairedError {
  override readonly name = "RegistryError";

  constructor(code: "model_not_found" | "model_unavailable", message: string, cause?: unknown) {
    super(message, { code, cause });
  }
}
