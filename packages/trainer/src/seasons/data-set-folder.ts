import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRandom, InvalidArgumentError } from "@unpaired/core";
import sharp from "sharp";
import { DataError } from "../data/errors.ts";

/** @throws InvalidArgumentError when an option of a drawn data set is out of range */
export function checkInteger(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new InvalidArgumentError(`The ${name} is ${value}; it must be an integer from ${low} to ${high}.`);
  }
}

/**
 * Makes sure that the folder is empty or already this data set's own.
 *
 * @throws DataError `folder_in_use`
 */
export async function claimFolder(
  directory: string,
  { recordName, record }: { readonly recordName: string; readonly record: string },
): Promise<void> {
  const recordPath = join(directory, recordName);
  const existing = await readFile(recordPath, "utf8").catch(() => undefined);
  if (existing === record) return;
  await mkdir(directory, { recursive: true }).catch((cause: unknown) => {
    throw new DataError(
      "folder_in_use",
      `Cannot make the folder ${directory}; choose another place to write to.`,
      cause,
    );
  });
  if (existing !== undefined || (await readdir(directory)).length > 0) {
    throw new DataError(
      "folder_in_use",
      `The folder ${directory} already holds something else; choose an empty folder or delete this one first.`,
    );
  }
  await writeWhole(recordPath, record);
}

/** Seeds of different scenes. */
export function drawSceneSeeds(seed: number, count: number): number[] {
  const random = createRandom(seed).fork("scenes");
  const seeds = new Set<number>();
  while (seeds.size < count) seeds.add(random.integer(2 ** 32));
  return [...seeds];
}

/** `00001.png` for index 0. */
export function pictureName(index: number): string {
  return `${String(index + 1).padStart(5, "0")}.png`;
}

/** Writes interleaved RGB as PNG. */
async function writePicture(path: string, pixels: Uint8Array, size: number): Promise<void> {
  const picture = sharp(pixels, { raw: { width: size, height: size, channels: 3 } });
  await writeWhole(path, await picture.png({ compressionLevel: 6 }).toBuffer());
}

/** Writes beside the target and renames: a reader sees the whole file or none. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const partial = `${path}.partial`;
  try {
    await writeFile(partial, content);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Writes the pictures of a drawn data set, passing over those that are there. */
export interface PictureWriter {
  /** Draws and writes one picture; the next is drawn while the last is compressed. */
  put(path: string, draw: () => Uint8Array): Promise<void>;
  /** Waits for the last. */
  finish(): Promise<void>;
}

/** Makes the folders and a writer into them. */
export async function openPictureWriter(
  folders: readonly string[],
  {
    size,
    total,
    onProgress,
    signal,
  }: {
    readonly size: number;
    readonly total: number;
    readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<PictureWriter> {
  const written = new Set<string>();
  for (const folder of folders) {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) written.add(join(folder, name));
  }
  let done = 0;
  let writing: Promise<void> = Promise.resolve();
  return {
    async put(path, draw) {
      signal?.throwIfAborted();
      if (!written.has(path)) {
        const pixels = draw();
        await writing;
        writing = writePicture(path, pixels, size);
        // A failure is reported by the await above or by finish, never as an unhandled rejection in between.
        writing.catch(() => undefined);
      }
      done++;
      onProgress?.({ done, total });
    },
    finish: () => writing,
  };
}
