import { ImageError } from "./image-error.ts";

const SIGNATURE_BYTES = 8;
const CHUNK_OVERHEAD = 12;
/** Compressed pixels below this cannot inflate to anything that costs time: deflate gives at most 1,032 for one. */
const HARMLESS_BYTES = 16_384;
/** Chunks that a decoder inflates though they hold no pixels. */
const compressedExtras = new Set(["iCCP", "zTXt", "iTXt"]);
const channelsByColorType: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** First column and row, and their steps, of Adam7's passes (PNG, third edition, §8). */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

interface Chunk {
  readonly name: string;
  /** The chunk with its length and checksum, and what it holds. */
  readonly whole: Uint8Array<ArrayBuffer>;
  readonly content: Uint8Array<ArrayBuffer>;
}

/**
 * A PNG without the compressed extras of its metadata, once its pixels are known to inflate to no more than its header
 * promises: a decoder would inflate everything there is, whatever it is for.
 *
 * @param bytes a file whose chunks `readPngHeader` has walked
 * @throws ImageError `undecodable_image`
 */
export async function defusePng(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks = [...chunksOf(bytes)];
  const pixels = chunks.filter(({ name }) => name === "IDAT").map(({ content }) => content);
  const compressedBytes = pixels.reduce((sum, { length }) => sum + length, 0);
  if (compressedBytes > HARMLESS_BYTES) await assertInflatesTo(pixels, promisedBytes(bytes));
  if (!chunks.some(({ name }) => compressedExtras.has(name))) return bytes;
  const kept = chunks.filter(({ name }) => !compressedExtras.has(name)).map(({ whole }) => whole);
  return new Uint8Array(await new Blob([bytes.subarray(0, SIGNATURE_BYTES), ...kept]).arrayBuffer());
}

function* chunksOf(bytes: Uint8Array<ArrayBuffer>): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let name = "";
  for (let offset = SIGNATURE_BYTES; name !== "IEND"; ) {
    const length = view.getUint32(offset);
    name = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    const end = offset + CHUNK_OVERHEAD + length;
    yield { name, whole: bytes.subarray(offset, end), content: bytes.subarray(offset + 8, end - 4) };
    offset = end;
  }
}

/** Bytes of all filtered rows, as the header promises them. */
function promisedBytes(bytes: Uint8Array<ArrayBuffer>): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const bitsPerPixel = view.getUint8(24) * channelsByColorType[view.getUint8(25)]!;
  const isInterlaced = view.getUint8(28) === 1;
  const passes = isInterlaced ? adam7 : ([[0, 0, 1, 1]] as const);
  return passes.reduce((sum, [left, top, across, down]) => {
    const columns = Math.ceil((width - left) / across);
    const rows = Math.ceil((height - top) / down);
    return columns > 0 && rows > 0 ? sum + rows * (1 + Math.ceil((columns * bitsPerPixel) / 8)) : sum;
  }, 0);
}

async function assertInflatesTo(parts: readonly Uint8Array<ArrayBuffer>[], mostBytes: number): Promise<void> {
  const inflater = new DecompressionStream("deflate");
  const reader = inflater.readable.getReader();
  const writer = inflater.writable.getWriter();
  let hasEnough = false;
  // A runtime may inflate all it is given at once, so it is given little, and nothing after the excess was seen.
  const feed = async () => {
    for (const part of parts) {
      for (let offset = 0; offset < part.length && !hasEnough; offset += HARMLESS_BYTES) {
        await writer.write(part.subarray(offset, offset + HARMLESS_BYTES));
      }
    }
    await writer.close();
  };
  // Damaged pixels end both sides; the decoder stops where this did, and says so.
  const fed = feed().catch(() => {});
  let inflatedBytes = 0;
  try {
    while (inflatedBytes <= mostBytes) {
      const { done, value } = await reader.read();
      if (done) break;
      inflatedBytes += value.byteLength;
    }
  } catch {}
  hasEnough = true;
  await reader.cancel().catch(() => {});
  await fed;
  if (inflatedBytes <= mostBytes) return;
  throw new ImageError(
    "undecodable_image",
    "The PNG holds more pixels than its header promises; save the picture anew.",
  );
}
