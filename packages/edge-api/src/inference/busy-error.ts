import { UnpairedError } from "@unpaired/core";

/** Too much is under way; the same request will do a little later. No failure, and not logged as one. */
export class BusyError extends UnpairedError {
  override readonly name = "BusyError";

  constructor(message: string) {
    super(message, { code: "model_unavailable" });
  }
}
