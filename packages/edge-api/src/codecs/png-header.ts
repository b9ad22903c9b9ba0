import { exifOrientation } from "./exif-orientation.ts";
import { ImageError } from "./image-error.ts";
import type { ImageHeader } from "./image-header.ts";
import { inflatingBytes } from "./inflate-within.ts";
import { inflatedBytes, readPngLayout } from "./png-layout.ts";

const CHUNK_OVERHEAD = 12;
/** Writers make chunks of kilobytes; millions of empty ones only cost the reader memory. */
const MOST_CHUNKS = 20_000;
/** A row and the one above it as stored, and one as RGBA: of 16 bits, so many bytes a column. */
const ROW_BYTES_PER_COLUMN = 20;
const allowedBitDepths: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/**
 * Reads a PNG's header and walks its chunks to the end, so that a file cut off anywhere is known before decoding.
 *
 * Source: PNG, third edition, §5 and §11.
 *
 * @throws ImageError `undecodable_image`
 * @throws RangeError when a field lies behind the end of the file
 */
export function readPngHeader(bytes: Uint8Array): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(8) !== 13 || chunkName(bytes, 8) !== "IHDR") {
    throw new ImageError(
      "undecodable_image",
      "The PNG does not start with its header; save the picture anew.",
    );
  }
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const bitDepth = view.getUint8(24);
  const colorType = view.getUint8(25);
  const known = allowedBitDepths[colorType]?.includes(bitDepth) === true;
  const isStandard = view.getUint8(26) === 0 && view.getUint8(27) === 0 && view.getUint8(28) <= 1;
  if (width === 0 || height === 0 || width > 0x7fffffff || height > 0x7fffffff || !known || !isStandard) {
    throw new ImageError(
      "undecodable_image",
      `The PNG's header is not valid (${width}×${height}, colour type ${colorType}, ${bitDepth} bits); save the picture anew.`,
    );
  }
  let orientation = 1;
  let hasPixels = false;
  let offset = 8 + CHUNK_OVERHEAD + 13;
  for (let chunks = 1; ; chunks++) {
    if (chunks > MOST_CHUNKS) {
      throw new ImageError(
        "undecodable_image",
        `The PNG has more than ${MOST_CHUNKS} chunks; save the picture anew.`,
      );
    }
    const length = view.getUint32(offset);
    const name = chunkName(bytes, offset);
    const end = offset + CHUNK_OVERHEAD + length;
    if (end > bytes.length) throw new RangeError(`chunk ${name} ends behind the file`);
    if (name === "IDAT") hasPixels = true;
    if (name === "eXIf") orientation = exifOrientation(bytes.subarray(offset + 8, offset + 8 + length));
    if (name === "IEND") break;
    offset = end;
  }
  if (!hasPixels) {
    throw new ImageError("undecodable_image", "The PNG holds no pixels; save the picture anew.");
  }
  const workingBytes = inflatingBytes(inflatedBytes(readPngLayout(bytes))) + width * ROW_BYTES_PER_COLUMN;
  return { format: "png", width, height, orientation, workingBytes };
}

function chunkName(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
}
