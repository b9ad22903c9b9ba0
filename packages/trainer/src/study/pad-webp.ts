import { InvalidArgumentError } from "@unpaired/core";

const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const CANVAS_BYTES = 10;
/** What {@link padWebp} adds at least. */
export const PADDING_OVERHEAD_BYTES = 2 * CHUNK_HEADER_BYTES + CANVAS_BYTES;

/**
 * Brings a WebP file of one `VP8 ` chunk to a length by a chunk at its end that readers skip, so that its length tells nothing of the
 * picture (WebP Container Specification, "Extended File Format" and "Unknown Chunks").
 *
 * @param length even, and at least {@link PADDING_OVERHEAD_BYTES} more than the file has
 */
export function padWebp(
  file: Uint8Array,
  { width, height, length }: { readonly width: number; readonly height: number; readonly length: number },
): Uint8Array {
  const name = new TextDecoder("latin1").decode(file.subarray(0, 16));
  const paddingBytes = length - file.length - PADDING_OVERHEAD_BYTES;
  if (!/^RIFF.{4}WEBPVP8 $/s.test(name) || paddingBytes < 0 || length % 2 !== 0) {
    throw new InvalidArgumentError(`A file of ${file.length} bytes cannot be padded to ${length}.`);
  }
  const canvas = new Uint8Array(CANVAS_BYTES);
  const view = new DataView(canvas.buffer);
  // Three bytes each, the third zero up to 65536 pixels, after one of flags and three of nothing.
  view.setUint16(4, width - 1, true);
  view.setUint16(7, height - 1, true);
  const padded = new Uint8Array(length);
  const header = new TextEncoder().encode("RIFF....WEBP");
  padded.set(header);
  new DataView(padded.buffer).setUint32(4, length - CHUNK_HEADER_BYTES, true);
  let offset = HEADER_BYTES;
  const add = (bytes: Uint8Array) => {
    padded.set(bytes, offset);
    offset += bytes.length;
  };
  add(chunkHeader("VP8X", CANVAS_BYTES));
  add(canvas);
  add(file.subarray(HEADER_BYTES));
  add(chunkHeader("PAD ", paddingBytes));
  return padded;
}

function chunkHeader(name: string, bytes: number): Uint8Array {
  const header = new Uint8Array(CHUNK_HEADER_BYTES);
  header.set(new TextEncoder().encode(name));
  new DataView(header.buffer).setUint32(4, bytes, true);
  return header;
}
