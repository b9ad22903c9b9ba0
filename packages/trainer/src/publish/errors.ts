import { UnpairedError } from "@unpaired/core";

/** A registry cannot be read or written as asked; what readers see is what it was. */
export class RegistryError extends UnpairedError {
  override readonly name = "RegistryError";
}
