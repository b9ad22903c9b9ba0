import { UnpairedError } from "@unpaired/core";

/** The service was set up in a way that leaves open who may use it; it names the variable, never a value. */
export class AccessError extends UnpairedError {
  override readonly name = "AccessError";

  constructor(message: string) {
    super(message, { code: "service_misconfigured" });
  }
}
