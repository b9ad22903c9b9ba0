import { join } from "node:path";
import {
  checkInteger,
  claimFolder,
  drawSceneSeeds,
  openPictureWriter,
  pictureName,
} from "./data-set-folder.ts";
import type { Season } from "./palette.ts";
import { checkSceneSize, viewScene } from "./render.ts";
import type { SynthesizeSeasonsOptions } from "./synthesize.ts";

export interface SynthesizeSeasonsLabelsOptions extends Omit<SynthesizeSeasonsOptions, "count"> {
  /** Training scenes, each drawn as label map and photo; 2–100000. */
  readonly count: number;
  /** Season of the photos. */
  readonly season?: Season;
}

/** The folders of a written data set; equal names in A and B show one scene. */
export interface SeasonsLabelsDataSet {
  /** Label maps and photos to train on. */
  readonly trainA: string;
  readonly trainB: string;
  /** Those of held-out scenes. */
  readonly testA: string;
  readonly testB: string;
}

/**
 * Writes the seasons-labels data set as folders of PNG: label maps in the class colours (A) and photos of the same scenes
 * (B). Paired methods read the pairs, unpaired ones draw B anew. Equal options give equal bytes; a run that was cut off
 * goes on where it stopped.
 *
 * @throws InvalidArgumentError when an option is out of range
 * @throws DataError `folder_in_use` when the folder holds anything else
 */
export async function synthesizeSeasonsLabels({
  directory,
  count,
  size,
  seed,
  holdout = 16,
  season = "summer",
  onProgress,
  signal,
}: SynthesizeSeasonsLabelsOptions): Promise<SeasonsLabelsDataSet> {
  checkInteger("count", count, 2, 100_000);
  checkInteger("holdout", holdout, 0, 10_000);
  checkInteger("seed", seed, 0, 0xffffffff);
  checkSceneSize(size);
  signal?.throwIfAborted();
  const record = { dataSet: "seasons-labels", version: 2, count, size, seed, holdout, season };
  await claimFolder(directory, {
    recordName: "seasons-labels.json",
    record: `${JSON.stringify(record)}\n`,
  });
  const folders: SeasonsLabelsDataSet = {
    trainA: join(directory, "trainA"),
    trainB: join(directory, "trainB"),
    testA: join(directory, "testA"),
    testB: join(directory, "testB"),
  };
  const total = 2 * (count + holdout);
  const { put, finish } = await openPictureWriter(Object.values(folders), {
    size,
    total,
    onProgress,
    signal,
  });
  for (const [index, sceneSeed] of drawSceneSeeds(seed, count + holdout).entries()) {
    const held = index >= count;
    const name = pictureName(held ? index - count : index);
    // Surveyed when the first of its pictures is missing.
    let view: ReturnType<typeof viewScene> | undefined;
    const scene = () => {
      view ??= viewScene({ seed: sceneSeed, size });
      return view;
    };
    await put(join(held ? folders.testA : folders.trainA, name), () => scene().labels().colours);
    await put(join(held ? folders.testB : folders.trainB, name), () => scene().render(season));
  }
  await finish();
  return folders;
}
