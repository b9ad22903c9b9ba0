import { ImageError } from "./image-error.ts";
import type { ImageHeader } from "./image-header.ts";
import { readJpegHeader } from "./jpeg-header.ts";
import { readPngHeader } from "./png-header.ts";
import { sniffFormat } from "./sniff-format.ts";
import { readWebpHeader } from "./webp-header.ts";

/** Largest image that may be decoded: width × height, and either of them. */
export interface PixelLimits {
  readonly imagePixels: number;
  readonly imageSide: number;
}

const readers = { png: readPngHeader, jpeg: readJpegHeader, webp: readWebpHeader };

/**
 * Decides from a file's bytes alone whether it may be decoded: its type, its completeness and its size in pixels.
 *
 * @throws ImageError `unsupported_image`, `undecodable_image` or `image_too_large`
 */
export function inspectImage(bytes: Uint8Array, limits: PixelLimits): ImageHeader {
  const sniffed = sniffFormat(bytes);
  if (sniffed.format === undefined) {
    throw new ImageError(
      "unsupported_image",
      `The bytes sent are ${sniffed.looksLike ?? "not a picture"}; send a PNG, JPEG or WebP.`,
    );
  }
  const header = readHeader(readers[sniffed.format], bytes, sniffed.format);
  const { width, height } = header;
  if (width * height > limits.imagePixels || Math.max(width, height) > limits.imageSide) {
    throw new ImageError(
      "image_too_large",
      `The image is ${width}×${height} pixels; send one of at most ${limits.imagePixels / 1e6} megapixels and ${limits.imageSide} pixels a side.`,
    );
  }
  return header;
}

function readHeader(
  read: (bytes: Uint8Array) => ImageHeader,
  bytes: Uint8Array,
  format: string,
): ImageHeader {
  try {
    return read(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ImageError(
      "undecodable_image",
      `The ${format.toUpperCase()} is cut off after ${bytes.length} bytes; send the whole file.`,
      error,
    );
  }
}
