import { InvalidArgumentError } from "./errors.ts";
import { maxBodyBytes } from "./read-bounded.ts";

/** The image, or what gives it, failed while it was read. */
export function unreadable(what: string, cause: unknown): InvalidArgumentError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new InvalidArgumentError(`the ${what} could not be read: ${reason}`, {
    code: "unreadable_image",
    cause,
  });
}

/** The image is beyond what this client sends. */
export function tooLarge(): InvalidArgumentError {
  return new InvalidArgumentError(`the image is larger than ${maxBodyBytes} bytes; scale it down first`, {
    code: "image_too_large",
  });
}
