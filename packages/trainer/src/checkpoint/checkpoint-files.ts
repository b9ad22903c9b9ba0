import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError, syncFolder } from "./atomic-write.ts";
import { StorageError } from "./errors.ts";

/** A checkpoint's place, by what its name says. */
export interface CheckpointFile {
  readonly path: string;
  /** Steps done. */
  readonly step: number;
}

/** The place of a step's checkpoint: `step-0001000.safetensors`. */
export function checkpointPath(directory: string, step: number): string {
  return join(directory, `step-${String(step).padStart(7, "0")}.safetensors`);
}

/** A directory's checkpoints, newest first; none when it is not there. */
export async function listCheckpoints(directory: string): Promise<CheckpointFile[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw error;
  });
  return names
    .flatMap((name) => {
      const step = /^step-(\d{7,15})\.safetensors$/.exec(name)?.[1];
      return step === undefined ? [] : [{ path: join(directory, name), step: Number(step) }];
    })
    .sort((one, other) => other.step - one.step);
}

/**
 * Removes all checkpoints but a step's and the ones kept before it. Later ones can only be damaged: the run went on
 * from before them.
 *
 * @throws StorageError `not_writable`
 */
export async function pruneCheckpoints(
  directory: string,
  { newest, kept }: { newest: number; kept: number },
): Promise<void> {
  const files = await listCheckpoints(directory);
  const stay = new Set(files.filter(({ step }) => step <= newest).slice(0, kept));
  for (const file of files) {
    if (stay.has(file)) continue;
    await rm(file.path, { force: true }).catch((error: unknown) => {
      throw isSystemError(error) ? StorageError.of(file.path, error) : error;
    });
  }
  await syncFolder(directory);
}
