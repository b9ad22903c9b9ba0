import { openDomain } from "./domain.ts";
import { inspectAll } from "./inspect-all.ts";
import { listImages } from "./list-images.ts";
import { PictureCache } from "./picture-cache.ts";
import {
  type TrainingDataSet,
  type TrainingOptions,
  trainingDataSet,
  trainingSettings,
} from "./training-data-set.ts";
import { UnalignedPlan } from "./unaligned-plan.ts";

export interface UnalignedDataSetOptions extends TrainingOptions {
  /** Folder of each domain's JPEG, PNG and WebP files; at least two in each. */
  readonly directoryA: string;
  readonly directoryB: string;
  readonly orderB?: "random" | "serial";
}

/** Two unpaired folders of pictures, read as training steps. */
export interface UnalignedDataSet extends TrainingDataSet {
  readonly mode: "unaligned";
}

/**
 * Opens two folders as an unpaired data set; every file's header is checked before this returns.
 *
 * @throws DataError naming the folder or file that cannot be used
 * @throws InvalidArgumentError when a setting is out of range
 */
export async function openUnalignedDataSet(options: UnalignedDataSetOptions): Promise<UnalignedDataSet> {
  const { directoryA, directoryB } = options;
  const settings = trainingSettings(options);
  const { preprocessing, maxImages, limits, signal } = settings;
  const filesA = (await listImages(directoryA, { atLeast: 2 })).slice(0, maxImages);
  const filesB = (await listImages(directoryB, { atLeast: 2 })).slice(0, maxImages);
  const facts = await inspectAll([...filesA, ...filesB], limits, signal);
  const shared = { preprocessing, cache: new PictureCache(settings.cacheBytes), ...limits };
  const A = openDomain({
    ...shared,
    files: filesA,
    facts: facts.slice(0, filesA.length),
    channels: settings.channelsA,
  });
  const B = openDomain({
    ...shared,
    files: filesB,
    facts: facts.slice(filesA.length),
    channels: settings.channelsB,
  });
  const plan = new UnalignedPlan({
    ...preprocessing,
    ...settings,
    sizesA: A.sizes,
    sizesB: B.sizes,
    ...(options.orderB !== undefined && { orderB: options.orderB }),
  });
  return trainingDataSet({
    mode: "unaligned",
    files: { A: filesA, B: filesB },
    domains: { A, B },
    plan,
    prefetchSteps: settings.prefetchSteps,
  });
}
