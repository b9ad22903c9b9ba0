import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { CheckpointError } from "../errors.ts";
import { isSystemError, syncFolder } from "./atomic-write.ts";
import { StorageError } from "./errors.ts";
import { verifySafetensors } from "./safetensors.ts";

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
 * Removes what a step's checkpoint makes superfluous: all before it but the newest few, and damaged ones after it, from
 * before which the run went on. A whole one after it is another process's, and stays.
 *
 * @param kept how many stay, the step's own included
 * @throws StorageError `not_writable`
 */
export async function pruneCheckpoints(
  directory: string,
  { newest, kept }: { newest: number; kept: number },
): Promise<void> {
  const files = await listCheckpoints(directory);
  const superfluous = files.filter(({ step }) => step <= newest).slice(kept);
  for (const file of files.filter(({ step }) => step > newest))
    if (!(await isWhole(file))) superfluous.push(file);
  for (const { path } of superfluous) {
    await rm(path, { force: true }).catch((error: unknown) => {
      throw isSystemError(error) ? StorageError.of(path, error) : error;
    });
  }
  await syncFolder(directory);
}

async function isWhole({ path }: CheckpointFile): Promise<boolean> {
  try {
    await verifySafetensors(path);
    return true;
  } catch (error) {
    if (error instanceof CheckpointError) return false;
    throw error;
  }
}
