import { stat } from "node:fs/promises";
import sharp from "sharp";
import { DataError } from "./errors.ts";
import type { Picture } from "./picture.ts";

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

/**
 * Reads a picture file's header and checks that it can be used, without decoding it.
 *
 * @throws DataError `file_missing`, `undecodable_image`, `unsupported_image`, `image_too_large` or `image_too_small`
 */
export async function inspectImage(
  file: string,
  { limitPixels = defaultLimitPixels, smallestSidePixels = defaultSmallestSidePixels }: ImageLimits = {},
): Promise<ImageSize> {
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
  return { width, height };
}

/**
 * Decodes a picture file to 8-bit sRGB: EXIF rotation applied, alpha laid on white, greyscale, CMYK and 16 bit
 * converted.
 *
 * @throws DataError as {@link inspectImage}, and `undecodable_image` when the file is damaged further in
 */
export async function readImage(file: string, limits: ImageLimits = {}): Promise<Picture> {
  await inspectImage(file, limits);
  return decode(file, limits);
}

/**
 * Decodes a picture file as {@link readImage} does and squeezes it into a square with a bicubic kernel, as the
 * reference's `resize` step does.
 *
 * @throws DataError `undecodable_image` or `image_too_large`
 */
export async function readSquare(
  file: string,
  sizePixels: number,
  limits: ImageLimits = {},
): Promise<Picture> {
  return decode(file, limits, sizePixels);
}

async function decode(
  file: string,
  { limitPixels = defaultLimitPixels }: ImageLimits,
  squarePixels?: number,
): Promise<Picture> {
  await checkFile(file);
  let pipeline = sharp(file, { limitInputPixels: limitPixels, failOn: "truncated" })
    .autoOrient()
    .flatten({ background: "#ffffff" })
    .toColourspace("srgb");
  if (squarePixels !== undefined) {
    pipeline = pipeline.resize(squarePixels, squarePixels, { fit: "fill", kernel: "cubic" });
  }
  const { data, info } = await pipeline
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => undecodable(file, cause));
  if (info.channels !== 3) {
    throw new DataError(
      "unsupported_image",
      `${file} decodes to ${info.channels} channels; convert it to plain RGB.`,
    );
  }
  return {
    width: info.width,
    height: info.height,
    data: new Uint8Array(data.buffer, data.byteOffset, data.length),
  };
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
