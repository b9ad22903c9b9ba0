import { InvalidArgumentError } from "@unpaired/core";
import { AlignedPlan } from "./aligned-plan.ts";
import { type Domain, openDomain } from "./domain.ts";
import { DataError } from "./errors.ts";
import { inspectAll } from "./inspect-all.ts";
import { listImages } from "./list-images.ts";
import { listPairs } from "./list-pairs.ts";
import { PictureCache } from "./picture-cache.ts";
import {
  type TrainingDataSet,
  type TrainingOptions,
  trainingDataSet,
  trainingSettings,
} from "./training-data-set.ts";

export interface AlignedDataSetOptions extends TrainingOptions {
  /** Folder of pictures that hold A on the left and B on the right; instead of the two folders. */
  readonly directory?: string;
  /** Folders whose file names match but for the ending. */
  readonly directoryA?: string;
  readonly directoryB?: string;
}

/** Pairs of pictures, read as training steps; index i of A belongs to index i of B. */
export interface AlignedDataSet extends TrainingDataSet {
  readonly mode: "aligned";
}

/**
 * Opens pairs of pictures as a data set; every file's header is checked before this returns.
 *
 * @throws DataError naming the folder, file or pair that cannot be used
 * @throws InvalidArgumentError when a setting is out of range
 */
export async function openAlignedDataSet(options: AlignedDataSetOptions): Promise<AlignedDataSet> {
  const settings = trainingSettings(options);
  const { preprocessing, maxImages, limits, signal } = settings;
  const { filesA, filesB, sideBySide } = await listFiles(options, maxImages);
  const factsA = await inspectAll(filesA, limits, signal);
  const factsB = sideBySide ? factsA : await inspectAll(filesB, limits, signal);
  const shared = { preprocessing, cache: new PictureCache(settings.cacheBytes), ...limits };
  const A = openDomain({
    ...shared,
    files: filesA,
    facts: factsA,
    channels: settings.channelsA,
    ...(sideBySide && { half: "left" }),
  });
  const B = openDomain({
    ...shared,
    files: filesB,
    facts: factsB,
    channels: settings.channelsB,
    ...(sideBySide && { half: "right" }),
  });
  checkPairs(filesA, filesB, A, B);
  const plan = new AlignedPlan({ ...preprocessing, ...settings, sizes: A.sizes });
  return trainingDataSet({
    mode: "aligned",
    files: { A: filesA, B: filesB },
    domains: { A, B },
    plan,
    prefetchSteps: settings.prefetchSteps,
  });
}

async function listFiles(
  { directory, directoryA, directoryB }: AlignedDataSetOptions,
  maxImages: number,
): Promise<{ readonly filesA: string[]; readonly filesB: string[]; readonly sideBySide: boolean }> {
  if (directory !== undefined && directoryA === undefined && directoryB === undefined) {
    const files = (await listImages(directory)).slice(0, maxImages);
    return { filesA: files, filesB: files, sideBySide: true };
  }
  if (directory !== undefined || directoryA === undefined || directoryB === undefined) {
    throw new InvalidArgumentError(
      "Pairs lie either in one folder of side-by-side pictures or in two folders with the same file names; name the one or the two.",
    );
  }
  const { filesA, filesB } = await listPairs(directoryA, directoryB);
  return { filesA: filesA.slice(0, maxImages), filesB: filesB.slice(0, maxImages), sideBySide: false };
}

/** One crop can only be taken from both sides of a pair when they have one size by then. */
function checkPairs(filesA: readonly string[], filesB: readonly string[], A: Domain, B: Domain): void {
  for (const [index, a] of A.sizes.entries()) {
    const b = B.sizes[index]!;
    if (a.width === b.width && a.height === b.height) continue;
    throw new DataError(
      "pair_mismatch",
      `${filesA[index]} gives ${a.width}×${a.height} pixels and its counterpart ${filesB[index]} ${b.width}×${b.height}; make them one size, or choose the preprocessing resize_and_crop.`,
    );
  }
}
