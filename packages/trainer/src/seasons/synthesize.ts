import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRandom, InvalidArgumentError } from "@unpaired/core";
import sharp from "sharp";
import { DataError } from "../data/errors.ts";
import { checkSceneSize, viewScene } from "./render.ts";

export interface SynthesizeSeasonsOptions {
  /** Folder to write; made when absent, continued when it holds part of this very data set. */
  readonly directory: string;
  /** Training pictures of each season, 2–100000. */
  readonly count: number;
  /** Side of every picture in pixels, 16–512. */
  readonly size: number;
  /** Decides every scene; 0–4294967295. */
  readonly seed: number;
  /** Scenes kept out of training and drawn in both seasons, 0–10000. */
  readonly holdout?: number;
  readonly onProgress?: (progress: SynthesizeSeasonsProgress) => void;
  readonly signal?: AbortSignal;
}

export interface SynthesizeSeasonsProgress {
  /** Pictures written so far. */
  readonly done: number;
  readonly total: number;
}

/** The folders of a written data set. */
export interface SeasonsDataSet {
  /** Summer and winter, from different scenes. */
  readonly trainA: string;
  readonly trainB: string;
  /** The held-out scenes: summer, winter and class labels under the same file names. */
  readonly testA: string;
  readonly testB: string;
  readonly testLabels: string;
}

const recordName = "seasons.json";

/**
 * Writes the seasons data set as folders of PNG: unpaired summer and winter scenes to train on, and held-out scenes
 * in both seasons with their label maps to measure by. Equal options give equal bytes; a run that was cut off goes on
 * where it stopped.
 *
 * @throws InvalidArgumentError when an option is out of range
 * @throws DataError `folder_in_use` when the folder holds anything else
 */
export async function synthesizeSeasons({
  directory,
  count,
  size,
  seed,
  holdout = 16,
  onProgress,
  signal,
}: SynthesizeSeasonsOptions): Promise<SeasonsDataSet> {
  checkInteger("count", count, 2, 100_000);
  checkInteger("holdout", holdout, 0, 10_000);
  checkInteger("seed", seed, 0, 0xffffffff);
  checkSceneSize(size);
  signal?.throwIfAborted();
  await claimFolder(
    directory,
    `${JSON.stringify({ dataSet: "seasons", version: 1, count, size, seed, holdout })}\n`,
  );

  const folders: SeasonsDataSet = {
    trainA: join(directory, "trainA"),
    trainB: join(directory, "trainB"),
    testA: join(directory, "testA"),
    testB: join(directory, "testB"),
    testLabels: join(directory, "testLabels"),
  };
  const written = new Set<string>();
  for (const folder of Object.values(folders)) {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) written.add(join(folder, name));
  }

  const sceneSeeds = drawSceneSeeds(seed, 2 * count + holdout);
  const total = 2 * count + 3 * holdout;
  let done = 0;
  // The next picture is drawn while the last one is compressed.
  let writing: Promise<void> = Promise.resolve();
  async function put(path: string, draw: () => Uint8Array): Promise<void> {
    signal?.throwIfAborted();
    if (!written.has(path)) {
      const pixels = draw();
      await writing;
      writing = writePicture(path, pixels, size);
      // A failure is reported by the await above or below, never as an unhandled rejection in between.
      writing.catch(() => undefined);
    }
    done++;
    onProgress?.({ done, total });
  }

  for (let index = 0; index < count; index++) {
    const name = pictureName(index);
    const summerSeed = sceneSeeds[index]!;
    const winterSeed = sceneSeeds[count + index]!;
    await put(join(folders.trainA, name), () => viewScene({ seed: summerSeed, size }).render("summer"));
    await put(join(folders.trainB, name), () => viewScene({ seed: winterSeed, size }).render("winter"));
  }
  for (let index = 0; index < holdout; index++) {
    const name = pictureName(index);
    const scene = viewScene({ seed: sceneSeeds[2 * count + index]!, size });
    await put(join(folders.testA, name), () => scene.render("summer"));
    await put(join(folders.testB, name), () => scene.render("winter"));
    await put(join(folders.testLabels, name), () => scene.labels().colours);
  }
  await writing;
  return folders;
}

function checkInteger(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new InvalidArgumentError(`The ${name} is ${value}; it must be an integer from ${low} to ${high}.`);
  }
}

/** Makes sure that the folder is empty or already this data set's own. */
async function claimFolder(directory: string, record: string): Promise<void> {
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

function drawSceneSeeds(seed: number, count: number): number[] {
  const random = createRandom(seed).fork("scenes");
  const seeds = new Set<number>();
  while (seeds.size < count) seeds.add(random.integer(2 ** 32));
  return [...seeds];
}

function pictureName(index: number): string {
  return `${String(index + 1).padStart(5, "0")}.png`;
}

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
