import { UnpairedError } from "@unpaired/core";

/** TensorFlow could not be installed, or what was installed cannot be used. */
export class TensorflowError extends UnpairedError {
  override readonly name = "TensorflowError";
}
