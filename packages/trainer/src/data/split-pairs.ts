import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import sharp from "sharp";
import { decode, type ImageLimits } from "./decode.ts";
import { DataError } from "./errors.ts";
import { inspectAll } from "./inspect-all.ts";
import { listImages } from "./list-images.ts";
import type { Raster } from "./raster.ts";

/** Options of {@link splitPairs}. */
export interface SplitPairsOptions extends ImageLimits {
  /** Folder of pictures that hold A on the left and B on the right. */
  readonly directory: string;
  /** Folder that gets `trainA` and `trainB`. */
  readonly out: string;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/** The folders of a split data set. */
export interface SplitPairs {
  readonly trainA: string;
  readonly trainB: string;
  readonly count: number;
}

/**
 * Splits side-by-side pictures into two folders of PNG with equal names; the folders appear once all of it is done.
 *
 * @throws DataError naming a picture that cannot be used, or `folder_in_use` when `trainA` or `trainB` is there
 */
export async function splitPairs({
  directory,
  out,
  onProgress,
  signal,
  ...limits
}: SplitPairsOptions): Promise<SplitPairs> {
  const sides = [
    { half: "left", folder: join(out, "trainA"), partial: join(out, ".trainA.partial") },
    { half: "right", folder: join(out, "trainB"), partial: join(out, ".trainB.partial") },
  ] as const;
  const files = await listImages(directory);
  checkNames(files);
  const facts = await inspectAll(files, limits, signal);
  for (const { folder } of sides) await checkFree(folder);
  try {
    for (const { partial } of sides) {
      await rm(partial, { recursive: true, force: true });
      await mkdir(partial, { recursive: true });
    }
    onProgress?.({ done: 0, total: files.length });
    for (const [index, file] of files.entries()) {
      signal?.throwIfAborted();
      for (const { half, partial } of sides) {
        const raster = await decode(file, { ...facts[index]!, ...limits, half });
        await writePng(join(partial, `${nameOf(file)}.png`), raster);
      }
      onProgress?.({ done: index + 1, total: files.length });
    }
    for (const { folder, partial } of sides) await rename(partial, folder);
  } finally {
    for (const { partial } of sides) await rm(partial, { recursive: true, force: true });
  }
  return { trainA: sides[0].folder, trainB: sides[1].folder, count: files.length };
}

function nameOf(file: string): string {
  return basename(file, extname(file));
}

function checkNames(files: readonly string[]): void {
  const known = new Map<string, string>();
  for (const file of files) {
    const other = known.get(nameOf(file));
    if (other !== undefined) {
      throw new DataError("pair_incomplete", `${other} and ${file} would get one name; rename one of them.`);
    }
    known.set(nameOf(file), file);
  }
}

async function checkFree(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) =>
    error.code === "ENOENT" ? [] : ["?"],
  );
  if (entries.length > 0) {
    throw new DataError(
      "folder_in_use",
      `The folder ${folder} already holds something; choose another place or delete it first.`,
    );
  }
}

async function writePng(path: string, { data, width, height, channels }: Raster): Promise<void> {
  const image = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  await (data instanceof Uint16Array ? image.toColourspace("rgb16") : image)
    .png({ compressionLevel: 6 })
    .toFile(path);
}
