import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isSystemError } from "./atomic-write.ts";
import { StorageError } from "./errors.ts";

/**
 * Has a new folder filled where readers do not look, and gives it its name once all of it is there; what an earlier try
 * that was killed left is taken away first.
 *
 * @param fill gets the folder to make and fill
 * @returns what `fill` gives
 * @throws StorageError `disk_full` or `not_writable`, and whatever `fill` throws; nothing half-written stays
 */
export async function fillFolder<Result>(
  out: string,
  fill: (partial: string) => Promise<Result>,
): Promise<Result> {
  const partial = join(dirname(out), `.${basename(out)}.partial`);
  try {
    await rm(partial, { recursive: true, force: true });
    const result = await fill(partial);
    await rename(partial, out);
    return result;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw isSystemError(error) ? StorageError.of(out, error) : error;
  }
}
