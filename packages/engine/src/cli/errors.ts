import { UnpairedError } from "@unpaired/core";

/** A file or option that the command line names cannot be used. */
export class CliError extends UnpairedError {
  override readonly name = "CliError";
}

/** A model's file is missing, too large or not where it may be. */
export function unreadable(message: string, cause?: unknown): CliError {
  return new CliError(message, { code: "unreadable_model", cause });
}
