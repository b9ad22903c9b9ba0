import { stat } from "node:fs/promises";
import sharp from "sharp";
import { DataError } from "./errors.ts";
import type { Picture } from "./picture.ts";
import { type ChannelCount, type Raster, toGrey, toPicture } from "./raster.ts";

/** What a picture file may be. */
export interface ImageLimits {
  /** Most pixels a file may hold; checked before anything is decoded. */
  readonly limitPixels?: number;
  /** Shortest side a picture may have. */
  readonly smallestSidePixels?: number;
}

export const defaultLimitPixels = 50_000_000;
export const defaultSmallestSidePixels = 8;

/** Size of a picture as it will be seen, after the turn its EXIF orientation asks for. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** What a picture file's header says. */
export interface ImageFacts extends ImageSize {
  readonly bitsPerChannel: 8 | 16;
}

/** Which half of a side-by-side picture is meant; an odd width gives the right half the middle column. */
export type PictureHalf = "left" | "right";

/**
 * Reads a picture file's header and checks that it can be used, without decoding it.
 *
 * @throws DataError `file_missing`, `undecodable_image`, `unsupported_image`, `image_too_large` or `image_too_small`
 */
export async function inspectImage(
  file: string,
  { limitPixels = defaultLimitPixels, smallestSidePixels = defaultSmallestSidePixels }: ImageLimits = {},
): Promise<ImageFacts> {
  await checkFile(file);
  const metadata = await sharp(file, { limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => undecodable(file, cause));
  const { format, autoOrient } = metadata;
  if (format !== "jpeg" && format !== "png" && format !== "webp") {
    throw new DataError(
      "unsupported_image",
      `${file} is a ${String(format).toUpperCase()} file; convert it to JPEG, PNG or WebP.`,
    );
  }
  const { width, height } = autoOrient;
  if (width * height > limitPixels) {
    throw new DataError(
      "image_too_large",
      `${file} is ${width}×${height} pixels, more than the ${limitPixels} allowed; scale it down first.`,
    );
  }
  if (Math.min(width, height) < smallestSidePixels) {
    throw new DataError(
      "image_too_small",
      `${file} is ${width}×${height} pixels; both sides must have at least ${smallestSidePixels}. Remove it or use a larger version.`,
    );
  }
  return { width, height, bitsPerChannel: metadata.depth === "ushort" ? 16 : 8 };
}

/** The columns of a half of a picture. */
export function halfOf(width: number, half: PictureHalf): { readonly left: number; readonly width: number } {
  const middle = Math.floor(width / 2);
  return half === "left" ? { left: 0, width: middle } : { left: middle, width: width - middle };
}

/**
 * Decodes a picture file to 8-bit sRGB: EXIF rotation applied, alpha laid on white, greyscale, CMYK and 16 bit
 * converted.
 *
 * @throws DataError as {@link inspectImage}, and `undecodable_image` when the file is damaged further in
 */
export async function readImage(file: string, limits: ImageLimits = {}): Promise<Picture> {
  return toPicture(await readRaster(file, limits));
}

/**
 * Decodes a picture file as {@link readImage} does, as grey or RGB and with all of its 16 bits where it has them.
 *
 * @throws DataError as {@link readImage}
 */
export async function readRaster(
  file: string,
  { channels = 3, ...limits }: ImageLimits & { readonly channels?: ChannelCount } = {},
): Promise<Raster> {
  const raster = await decode(file, { ...(await inspectImage(file, limits)), ...limits });
  return channels === 1 ? toGrey(raster) : raster;
}

/** What is known of a file before it is decoded. */
export interface DecodeOptions extends ImageFacts {
  readonly half?: PictureHalf;
  readonly limitPixels?: number;
}

/**
 * Decodes a file, or a half of it, whose header was inspected before, to RGB.
 *
 * @throws DataError `file_missing`, `undecodable_image`, or `image_changed` when the file is another one by now
 */
export async function decode(
  file: string,
  { width, height, bitsPerChannel, half, limitPixels = defaultLimitPixels }: DecodeOptions,
): Promise<Raster> {
  const sixteen = bitsPerChannel === 16;
  let pipeline = sharp(file, { limitInputPixels: limitPixels, failOn: "truncated" })
    .autoOrient()
    .flatten({ background: "#ffffff" })
    .toColourspace(sixteen ? "rgb16" : "srgb");
  const { left, width: columns } = half ? halfOf(width, half) : { left: 0, width };
  if (half) pipeline = pipeline.extract({ left, top: 0, width: columns, height });
  const { data, info } = await pipeline
    .raw({ depth: sixteen ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch(async (cause: unknown) => {
      await checkFile(file);
      return undecodable(file, cause);
    });
  if (info.width !== columns || info.height !== height) {
    throw new DataError(
      "image_changed",
      `${file} was ${width}×${height} pixels when the data set was opened and is another picture now; leave the files alone while they are read.`,
    );
  }
  if (info.channels !== 3) {
    throw new DataError(
      "unsupported_image",
      `${file} decodes to ${info.channels} channels; convert it to plain RGB.`,
    );
  }
  // A buffer of its own, so that it can go to another thread without taking others' bytes along.
  const bytes = new Uint8Array(data);
  return { width: columns, height, channels: 3, data: sixteen ? new Uint16Array(bytes.buffer) : bytes };
}

/** A pipe or device would keep its reader waiting for ever. */
async function checkFile(file: string): Promise<void> {
  const isFile = await stat(file).then(
    (entry) => entry.isFile(),
    () => false,
  );
  if (!isFile) {
    throw new DataError(
      "file_missing",
      `${file} does not exist or is not a file; name a JPEG, PNG or WebP picture.`,
    );
  }
}

function undecodable(file: string, cause: unknown): never {
  const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
  throw new DataError(
    "undecodable_image",
    `${file} is not a whole JPEG, PNG or WebP picture (${reason}); replace or remove it.`,
    cause,
  );
}
