import { UnpairedError } from "@unpaired/core";

/** An image that is too large, of a kind this service does not read, or damaged. */
export class ImageError extends UnpairedError {
  override readonly name = "ImageError";

  constructor(
    code: "image_too_large" | "unsupported_image" | "undecodable_image",
    message: string,
    cause?: unknown,
  ) {
    super(message, { code, cause });
  }
}
