import { ImageError } from "./image-error.ts";
import type { ImageHeader } from "./image-header.ts";
import { readJpegHeader } from "./jpeg-header.ts";
import { readPngHeader } from "./png-header.ts";
import { sniffFormat } from "./sniff-format.ts";
import { readWebpHeader } from "./webp-header.ts";

const readers = { png: readPngHeader, jpeg: readJpegHeader, webp: readWebpHeader };

/**
 * Decides from a file's bytes alone whether it may be decoded: its type, its completeness and its size in pixels.
 *
 * @throws ImageError `unsupported_image`, `undecodable_image` or `image_too_large`
 */
export function inspectImage(bytes: Uint8Array, limitPixels: number): ImageHeader {
  const sniffed = sniffFormat(bytes);
  if (sniffed.format === undefined) {
    throw new ImageError(
      "unsupported_image",
      `The bytes sent are ${sniffed.looksLike ?? "not a picture"}; send a PNG, JPEG or WebP.`,
    );
  }
  const header = readHeader(readers[sniffed.format], bytes, sniffed.format);
  if (header.width * header.height > limitPixels) {
    throw new ImageError(
      "image_too_large",
      `The image is ${header.width}×${header.height} pixels; send one of at most ${limitPixels / 1e6} megapixels.`,
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
