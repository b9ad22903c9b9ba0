import { UnpairedError } from "@unpaired/core";

/** The local service cannot start or go on. */
export class ServeError extends UnpairedError {
  override readonly name = "ServeError";

  constructor(
    code: "registry_empty" | "registry_unreadable" | "port_unavailable" | "worker_failed" | "invalid_option",
    message: string,
    cause?: unknown,
  ) {
    super(message, { code, cause });
  }
}
