import { join } from "node:path";
import {
  checkInteger,
  claimFolder,
  drawSceneSeeds,
  openPictureWriter,
  pictureName,
} from "./data-set-folder.ts";
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
  await claimFolder(directory, {
    recordName: "seasons.json",
    record: `${JSON.stringify({ dataSet: "seasons", version: 2, count, size, seed, holdout })}\n`,
  });

  const folders: SeasonsDataSet = {
    trainA: join(directory, "trainA"),
    trainB: join(directory, "trainB"),
    testA: join(directory, "testA"),
    testB: join(directory, "testB"),
    testLabels: join(directory, "testLabels"),
  };
  const sceneSeeds = drawSceneSeeds(seed, 2 * count + holdout);
  const total = 2 * count + 3 * holdout;
  const { put, finish } = await openPictureWriter(Object.values(folders), {
    size,
    total,
    onProgress,
    signal,
  });
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
  await finish();
  return folders;
}
