import { UnpairedError } from "@unpaired/core";

/** Every code a {@link DownloadError} can carry. */
export type DownloadErrorCode =
  | "unknown_data_set"
  | "data_set_withheld"
  | "invalid_mirror"
  | "download_refused"
  | "download_broken_off"
  | "download_mismatch"
  | "archive_refused";

/** A data set cannot be had, or is not what it should be; the message names it and the cure. */
export class DownloadError extends UnpairedError {
  override readonly name = "DownloadError";
  declare readonly code: DownloadErrorCode;

  constructor(code: DownloadErrorCode, message: string, cause?: unknown) {
    super(message, { code, cause });
  }
}
