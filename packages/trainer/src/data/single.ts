import type { FeatureStatistic } from "@unpaired/core/contracts";
import type { ImageBatch } from "../training/image-batch.ts";
import type { ImageSize } from "./decode.ts";
import { openDomain } from "./domain.ts";
import { inspectAll } from "./inspect-all.ts";
import { listImages } from "./list-images.ts";
import type { Picture } from "./picture.ts";
import { PictureCache } from "./picture-cache.ts";
import type { PlannedImage } from "./planned-image.ts";
import { seenSize } from "./preprocess.ts";
import { type ReadingOptions, readingSettings, statisticsLimit } from "./reading-settings.ts";
import { stepsAhead } from "./steps-ahead.ts";

export interface SingleDataSetOptions extends ReadingOptions {
  readonly directory: string;
  /** 1 reads the pictures as grey. */
  readonly channels?: 1 | 3;
}

/** Some pictures of the folder: `[batch, height, width, channels]` in [-1, 1], and the files they are from. */
export interface SingleBatch {
  readonly images: ImageBatch;
  readonly files: readonly string[];
}

/** One folder of pictures in order, for translating: every picture once, never mirrored, crops from the middle. */
export interface SingleDataSet {
  readonly mode: "single";
  readonly files: readonly string[];
  /** Batches the folder makes; the last one may be smaller. */
  readonly stepsPerEpoch: number;
  /**
   * @param step from 0 to `stepsPerEpoch` − 1
   * @throws DataError naming a file that does not decode
   */
  batch(step: number): Promise<SingleBatch>;
  /** One whole picture at the size it is loaded, as 8-bit RGB. */
  picture(index: number): Promise<Picture>;
  /** Statistics of up to `limit` pictures, evenly chosen. */
  domainStatistics(limit?: number): Promise<FeatureStatistic[]>;
}

/**
 * Opens one folder of pictures; every file's header is checked before this returns.
 *
 * @throws DataError naming the folder or file that cannot be used
 * @throws InvalidArgumentError when a setting is out of range
 */
export async function openSingleDataSet(options: SingleDataSetOptions): Promise<SingleDataSet> {
  const { directory, channels = 3 } = options;
  const { preprocessing, batchSize, maxImages, prefetchSteps, limits, signal } = readingSettings(options);
  const files = (await listImages(directory)).slice(0, maxImages);
  const domain = openDomain({
    files,
    facts: await inspectAll(files, limits, signal),
    channels,
    preprocessing,
    // Every picture is read once.
    cache: new PictureCache(0),
    ...limits,
  });
  const stepsPerEpoch = Math.ceil(files.length / batchSize);
  const middle = (index: number): PlannedImage => {
    const loaded = domain.sizes[index]!;
    return { index, crop: middleOf(loaded, seenSize(loaded, preprocessing)) };
  };
  async function prepare(step: number): Promise<SingleBatch> {
    const taken = files.slice(step * batchSize, (step + 1) * batchSize);
    const images = await domain.batch(taken.map((_, member) => middle(step * batchSize + member)));
    return { images, files: taken };
  }
  return {
    mode: "single",
    files,
    stepsPerEpoch,
    batch: stepsAhead(prepare, { ahead: prefetchSteps, stepCount: stepsPerEpoch }),
    picture: (index) => domain.picture(index),
    domainStatistics: (limit = statisticsLimit) => domain.statistics(limit),
  };
}

function middleOf(loaded: ImageSize, { width, height }: ImageSize) {
  const left = Math.floor((loaded.width - width) / 2);
  const top = Math.floor((loaded.height - height) / 2);
  return { left, top, width, height, flip: false };
}
