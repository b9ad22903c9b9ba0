import type { ImageLimits } from "./decode.ts";
import { checkInteger, checkPreprocessing, type Preprocessing, type PreprocessName } from "./preprocess.ts";

/** How many pictures a domain's statistics are taken from when nothing else is said. */
export const statisticsLimit = 200;

/** Settings that every kind of data set takes. */
export interface ReadingOptions extends ImageLimits {
  readonly preprocess?: PreprocessName;
  /** Side or width in pixels pictures are resized to before the crop. */
  readonly loadSizePixels: number;
  /** Side in pixels of what a step sees. */
  readonly cropSizePixels: number;
  /** What the networks need the sides to be a multiple of: 4 for ResNets, 2^depth for U-Nets. */
  readonly multipleOf?: number;
  readonly batchSize?: number;
  /** Most pictures, or pairs, of a folder that are used: the first by name. */
  readonly maxImages?: number;
  /** Steps made ready ahead of the one asked for. */
  readonly prefetchSteps?: number;
  /** Memory spent on keeping decoded pictures. */
  readonly cacheBytes?: number;
  readonly signal?: AbortSignal;
}

/** {@link ReadingOptions} with their defaults filled in. */
export interface ReadingSettings {
  readonly preprocessing: Preprocessing;
  readonly batchSize: number;
  readonly maxImages: number;
  readonly prefetchSteps: number;
  readonly cacheBytes: number;
  readonly limits: ImageLimits;
  readonly signal: AbortSignal | undefined;
}

/**
 * Fills in defaults and checks what can be checked without the pictures.
 *
 * @throws InvalidArgumentError naming the setting that is out of range
 */
export function readingSettings({
  preprocess = "resize_and_crop",
  loadSizePixels,
  cropSizePixels,
  multipleOf = 4,
  batchSize = 1,
  maxImages = Number.MAX_SAFE_INTEGER,
  prefetchSteps = 4,
  cacheBytes = 256 * 2 ** 20,
  signal,
  limitPixels,
  smallestSidePixels,
}: ReadingOptions): ReadingSettings {
  checkInteger("batch size", batchSize, 1, 1024);
  const preprocessing = { preprocess, loadSizePixels, cropSizePixels, multipleOf };
  checkPreprocessing(preprocessing, batchSize);
  checkInteger("number of prefetched steps", prefetchSteps, 0, 64);
  checkInteger("most images used", maxImages, 1, Number.MAX_SAFE_INTEGER);
  const limits = {
    ...(limitPixels !== undefined && { limitPixels }),
    ...(smallestSidePixels !== undefined && { smallestSidePixels }),
  };
  return { preprocessing, batchSize, maxImages, prefetchSteps, cacheBytes, limits, signal };
}
