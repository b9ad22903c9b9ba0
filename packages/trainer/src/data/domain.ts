import { InvalidArgumentError } from "@unpaired/core";
import type { FeatureStatistic } from "@unpaired/core/contracts";
import type { ImageBatch } from "../training/image-batch.ts";
import {
  defaultLimitPixels,
  defaultSmallestSidePixels,
  halfOf,
  type ImageFacts,
  type ImageLimits,
  type ImageSize,
  type PictureHalf,
} from "./decode.ts";
import { computeDomainStatistics } from "./domain-statistics.ts";
import { DataError } from "./errors.ts";
import type { PictureRequest } from "./load-picture.ts";
import { cropInto, type Picture } from "./picture.ts";
import type { PictureCache } from "./picture-cache.ts";
import type { PlannedImage } from "./planned-image.ts";
import { isCropped, loadedSize, type Preprocessing } from "./preprocess.ts";
import { type ChannelCount, type Raster, toPicture } from "./raster.ts";
import { sharedPictureReader } from "./reading-threads.ts";

const picturesAhead = 8;

/** What a domain is opened from; header facts are those of the whole files. */
export interface DomainOptions extends ImageLimits {
  readonly files: readonly string[];
  readonly facts: readonly ImageFacts[];
  readonly half?: PictureHalf;
  readonly channels: ChannelCount;
  readonly preprocessing: Preprocessing;
  readonly cache: PictureCache;
}

/** The pictures of one domain, read as training sees them. */
export interface Domain {
  /** Size of each picture once it is resized. */
  readonly sizes: readonly ImageSize[];
  /** One whole picture, resized, neither cropped nor flipped, as 8-bit RGB. */
  picture(index: number): Promise<Picture>;
  /** Parts of pictures as a batch of the domain's channels; all parts must have one size. */
  batch(images: readonly PlannedImage[]): Promise<ImageBatch>;
  /** Statistics of up to `limit` pictures, evenly chosen. */
  statistics(limit: number): Promise<FeatureStatistic[]>;
}

/**
 * Plans how each file of a domain is read.
 *
 * @throws DataError `image_too_small` for the crop, `image_too_large` once scaled
 */
export function openDomain({
  files,
  facts,
  half,
  channels,
  preprocessing,
  cache,
  limitPixels = defaultLimitPixels,
  smallestSidePixels = defaultSmallestSidePixels,
}: DomainOptions): Domain {
  const requests = files.map((file, index): PictureRequest => {
    const whole = facts[index]!;
    const own = half ? { ...whole, width: halfOf(whole.width, half).width } : whole;
    const size = loadedSize(own, preprocessing);
    checkSize(file, own, size, { preprocessing, limitPixels, smallestSidePixels });
    return { file, source: { ...whole, ...(half && { half }), limitPixels }, channels, size };
  });

  function raster(index: number): Promise<Raster> {
    const request = requests[index];
    if (request === undefined) {
      throw new InvalidArgumentError(`There is no picture ${index}; the domain has ${requests.length}.`);
    }
    const key = `${half ?? ""}:${channels}:${request.file}`;
    return cache.read(key, () => sharedPictureReader().read(request));
  }
  const picture = async (index: number) => toPicture(await raster(index));

  return {
    sizes: requests.map(({ size }) => size),
    picture,
    async batch(images) {
      const { width, height } = images[0]!.crop;
      const length = width * height * channels;
      const data = new Float32Array(images.length * length);
      const rasters = await Promise.all(images.map(({ index }) => raster(index)));
      for (const [member, { crop }] of images.entries()) {
        cropInto(data, member * length, rasters[member]!, crop);
      }
      return { data, shape: [images.length, height, width, channels] };
    },
    async statistics(limit) {
      const taken = Math.min(limit, requests.length);
      const chosen = Array.from({ length: taken }, (_, index) =>
        Math.floor((index * requests.length) / taken),
      );
      return computeDomainStatistics(inOrder(chosen, picture));
    },
  };
}

/** Reads a few pictures ahead, and holds no more than those. */
async function* inOrder(
  indices: readonly number[],
  picture: (index: number) => Promise<Picture>,
): AsyncGenerator<Picture> {
  for (let first = 0; first < indices.length; first += picturesAhead) {
    yield* await Promise.all(indices.slice(first, first + picturesAhead).map(picture));
  }
}

function checkSize(
  file: string,
  own: ImageSize,
  { width, height }: ImageSize,
  {
    preprocessing: { preprocess, cropSizePixels },
    limitPixels,
    smallestSidePixels,
  }: { preprocessing: Preprocessing; limitPixels: number; smallestSidePixels: number },
): void {
  if (Math.min(own.width, own.height) < smallestSidePixels) {
    throw new DataError(
      "image_too_small",
      `Half of ${file} is ${own.width}×${own.height} pixels; both sides must have at least ${smallestSidePixels}. Remove it or use a larger version.`,
    );
  }
  if (isCropped(preprocess) && Math.min(width, height) < cropSizePixels) {
    throw new DataError(
      "image_too_small",
      `${file} gives ${width}×${height} pixels, less than the crop of ${cropSizePixels}; crop less, use a larger version, or choose the preprocessing resize_and_crop.`,
    );
  }
  if (width * height > limitPixels) {
    throw new DataError(
      "image_too_large",
      `${file} becomes ${width}×${height} pixels when scaled, more than the ${limitPixels} allowed; remove it or cut it to a more usual shape.`,
    );
  }
}
