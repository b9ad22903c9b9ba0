import { UnpairedError } from "@unpaired/core";

/** A model's folder or file cannot be read, or must not be written. */
export class ModelDirectoryError extends UnpairedError {
  override readonly name = "ModelDirectoryError";
}
