import { InvalidArgumentError } from "@unpaired/core";
import type { FeatureStatistic } from "@unpaired/core/contracts";
import type { ImageBatch } from "../training/image-batch.ts";
import { type ImageLimits, inspectImage, readSquare } from "./decode.ts";
import { computeDomainStatistics } from "./domain-statistics.ts";
import { listImages } from "./list-images.ts";
import { cropInto, type Picture } from "./picture.ts";
import { PictureCache } from "./picture-cache.ts";
import { type PlannedImage, UnalignedPlan } from "./unaligned-plan.ts";

export interface UnalignedDataSetOptions extends ImageLimits {
  /** Folder of each domain's JPEG, PNG and WebP files; at least two in each. */
  readonly directoryA: string;
  readonly directoryB: string;
  /** Side in pixels pictures are resized to before the crop. */
  readonly loadSizePixels: number;
  /** Side in pixels of what a step sees. */
  readonly cropSizePixels: number;
  readonly flip?: boolean;
  readonly batchSize?: number;
  readonly seed: number;
  readonly orderB?: "random" | "serial";
  /** Steps made ready ahead of the one asked for. */
  readonly prefetchSteps?: number;
  /** Memory spent on keeping decoded pictures. */
  readonly cacheBytes?: number;
  readonly signal?: AbortSignal;
}

/** What one training step sees: `[batch, crop, crop, 3]` per domain, in [-1, 1]. */
export interface UnalignedBatch {
  readonly epoch: number;
  readonly A: ImageBatch;
  readonly B: ImageBatch;
}

export type DomainSide = "A" | "B";

/** Two unpaired folders of pictures, read as training steps. */
export interface UnalignedDataSet {
  readonly filesA: readonly string[];
  readonly filesB: readonly string[];
  /** Pictures an epoch visits: max(|A|, |B|). */
  readonly epochLength: number;
  readonly stepsPerEpoch: number;
  /**
   * The batch of a step, from its number alone: any step can be asked for, at any time, with the same answer. The
   * following steps are made ready meanwhile.
   *
   * @param step steps done before this one, from 0
   * @throws DataError naming a file that does not decode
   */
  batch(step: number): Promise<UnalignedBatch>;
  /** One whole picture at the load size, neither cropped nor flipped. */
  picture(side: DomainSide, index: number): Promise<Picture>;
  /** Statistics of up to `limit` pictures of a domain, evenly chosen. */
  domainStatistics(side: DomainSide, limit?: number): Promise<FeatureStatistic[]>;
}

const inspectionsAtOnce = 8;

/**
 * Opens two folders as an unpaired data set; every file's header is checked before this returns.
 *
 * @throws DataError naming the folder or file that cannot be used
 * @throws InvalidArgumentError when a setting is out of range
 */
export async function openUnalignedDataSet({
  directoryA,
  directoryB,
  loadSizePixels,
  cropSizePixels,
  flip = true,
  batchSize = 1,
  seed,
  orderB = "random",
  prefetchSteps = 4,
  cacheBytes = 256 * 2 ** 20,
  signal,
  ...limits
}: UnalignedDataSetOptions): Promise<UnalignedDataSet> {
  checkSettings({ loadSizePixels, cropSizePixels, batchSize, prefetchSteps, seed });
  const filesA = await listImages(directoryA, { atLeast: 2 });
  const filesB = await listImages(directoryB, { atLeast: 2 });
  await inspectAll([...filesA, ...filesB], limits, signal);

  const files = { A: filesA, B: filesB };
  const plan = new UnalignedPlan({
    countA: filesA.length,
    countB: filesB.length,
    loadSizePixels,
    cropSizePixels,
    flip,
    batchSize,
    seed,
    orderB,
  });
  const cache = new PictureCache(cacheBytes);
  const ready = new Map<number, Promise<UnalignedBatch>>();

  function picture(side: DomainSide, index: number): Promise<Picture> {
    const file = files[side][index];
    if (file === undefined) {
      throw new InvalidArgumentError(`Domain ${side} has no picture ${index}; it has ${files[side].length}.`);
    }
    return cache.read(file, () => readSquare(file, loadSizePixels, limits));
  }

  async function assemble(side: DomainSide, images: readonly PlannedImage[]): Promise<ImageBatch> {
    const length = cropSizePixels * cropSizePixels * 3;
    const data = new Float32Array(images.length * length);
    const pictures = await Promise.all(images.map(({ index }) => picture(side, index)));
    for (const [member, { crop }] of images.entries())
      cropInto(data, member * length, pictures[member]!, crop);
    return { data, shape: [images.length, cropSizePixels, cropSizePixels, 3] };
  }

  async function prepare(step: number): Promise<UnalignedBatch> {
    const { epoch, A, B } = plan.step(step);
    const [batchA, batchB] = await Promise.all([assemble("A", A), assemble("B", B)]);
    return { epoch, A: batchA, B: batchB };
  }

  return {
    filesA,
    filesB,
    epochLength: plan.epochLength,
    stepsPerEpoch: plan.stepsPerEpoch,
    batch: (step) => {
      if (!Number.isSafeInteger(step) || step < 0) {
        throw new InvalidArgumentError(`The step is ${step}; it must be a whole number from 0.`);
      }
      for (const known of ready.keys()) if (known < step || known > step + prefetchSteps) ready.delete(known);
      for (let ahead = step; ahead <= step + prefetchSteps; ahead++) {
        if (ready.has(ahead)) continue;
        const preparing = prepare(ahead);
        // A failure is told to whoever asks for that step, not to the process.
        preparing.catch(() => undefined);
        ready.set(ahead, preparing);
      }
      const wanted = ready.get(step)!;
      ready.delete(step);
      return wanted;
    },
    picture,
    domainStatistics: async (side, limit = 200) => {
      const available = files[side].length;
      const taken = Math.min(limit, available);
      const pictures: Picture[] = [];
      for (let index = 0; index < taken; index++) {
        pictures.push(await picture(side, Math.floor((index * available) / taken)));
      }
      return computeDomainStatistics(pictures);
    },
  };
}

function checkSettings({
  loadSizePixels,
  cropSizePixels,
  batchSize,
  prefetchSteps,
  seed,
}: Pick<UnalignedDataSetOptions, "loadSizePixels" | "cropSizePixels" | "seed"> & {
  batchSize: number;
  prefetchSteps: number;
}): void {
  const ranges = [
    ["load size", loadSizePixels, 4, 4096],
    ["crop size", cropSizePixels, 4, loadSizePixels],
    ["batch size", batchSize, 1, 1024],
    ["number of prefetched steps", prefetchSteps, 0, 64],
    ["seed", seed, 0, 0xffffffff],
  ] as const;
  for (const [name, value, low, high] of ranges) {
    if (!Number.isInteger(value) || value < low || value > high) {
      throw new InvalidArgumentError(
        `The ${name} is ${value}; it must be an integer from ${low} to ${high}.`,
      );
    }
  }
}

/** Checks every file's header, a few at a time; the first bad file by order is the one reported. */
async function inspectAll(
  files: readonly string[],
  limits: ImageLimits,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let first = 0; first < files.length; first += inspectionsAtOnce) {
    signal?.throwIfAborted();
    const group = files.slice(first, first + inspectionsAtOnce);
    const outcomes = await Promise.allSettled(group.map((file) => inspectImage(file, limits)));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }
}
