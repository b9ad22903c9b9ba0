import { UnpairedError } from "@unpaired/core";

/** Every code a {@link DataError} can carry. */
export type DataErrorCode =
  | "folder_missing"
  | "folder_empty"
  | "folder_in_use"
  | "too_few_images"
  | "file_missing"
  | "unsupported_image"
  | "undecodable_image"
  | "image_changed"
  | "image_too_large"
  | "image_too_small"
  | "pair_incomplete"
  | "pair_mismatch"
  | "reader_failed";

/** A folder or picture of the user's cannot be used; the message names it and the cure. */
export class DataError extends UnpairedError {
  override readonly name = "DataError";
  declare readonly code: DataErrorCode;

  constructor(code: DataErrorCode, message: string, cause?: unknown) {
    super(message, { code, cause });
  }
}
