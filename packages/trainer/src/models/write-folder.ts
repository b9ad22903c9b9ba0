import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type FileContent, writeAtomically } from "../checkpoint/atomic-write.ts";
import { isThere } from "../checkpoint/is-there.ts";
import { ModelDirectoryError } from "./errors.ts";

/**
 * Writes a new folder with files in it, complete or not at all.
 *
 * @param files contents by path inside the folder
 * @throws ModelDirectoryError `folder_exists`; an existing folder is never written into
 * @throws StorageError when the disk refuses
 */
export async function writeFolder(folder: string, files: ReadonlyMap<string, FileContent>): Promise<void> {
  if (await isThere(folder)) throw taken(folder);
  const beside = `${folder}.${process.pid}.partial`;
  try {
    for (const [path, content] of files) await writeAtomically(join(beside, path), content);
    await mkdir(dirname(folder), { recursive: true });
    // Whoever made the folder meanwhile keeps it: a folder with something in it is not renamed over.
    await rename(beside, folder).catch((cause: NodeJS.ErrnoException) => {
      throw cause.code === "ENOTEMPTY" || cause.code === "EEXIST" ? taken(folder, cause) : cause;
    });
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

function taken(folder: string, cause?: unknown): ModelDirectoryError {
  return new ModelDirectoryError(`${folder} is there already; give another --out, or remove it.`, {
    code: "folder_exists",
    cause,
  });
}
