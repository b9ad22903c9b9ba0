import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { StorageError } from "./errors.ts";

/** What a file is made of: text, bytes, or pieces laid one after the other. */
export type FileContent = string | Uint8Array | readonly Uint8Array[];

/** Options of {@link writeAtomically}. */
export interface AtomicWriteOptions {
  /** Looks at the finished file where it lies beside its place; when it throws, the place stays as it was. */
  readonly verify?: (beside: string) => Promise<void>;
}

/**
 * Writes a file beside its place, flushes it and renames it: readers meet the old file or the new one, never half, and
 * the new one outlives a loss of power once this returns.
 *
 * @throws StorageError `disk_full` or `not_writable`; nothing half-written stays
 */
export async function writeAtomically(
  path: string,
  content: FileContent,
  { verify }: AtomicWriteOptions = {},
): Promise<void> {
  const folder = dirname(path);
  const beside = `${path}.${process.pid}.partial`;
  try {
    await makeFolder(folder);
    const file = await open(beside, "w");
    try {
      for (const piece of Array.isArray(content) ? content : [content]) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await verify?.(beside);
    await rename(beside, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {});
    throw isSystemError(error) ? StorageError.of(path, error) : error;
  }
}

/** Makes a folder and those above it, names that outlive a loss of power. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = resolve(folder); made.startsWith(resolve(first)); made = dirname(made))
    await syncFolder(dirname(made));
}

/** Makes names that were put into a folder, or taken out of it, outlive a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what writers that were killed left in a folder and the folders in it. */
export async function removeLeftovers(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(ignoreMissing);
  for (const entry of entries ?? []) {
    const writer = /\.(\d+)\.partial$/.exec(entry.name)?.[1];
    if (writer === undefined || !entry.isFile() || isAnotherProcess(Number(writer))) continue;
    await rm(join(entry.parentPath, entry.name), { force: true });
  }
}

/** Whether an error comes from the operating system. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "errno" in error && "code" in error;
}

function isAnotherProcess(id: number): boolean {
  if (id === process.pid) return false;
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
}
