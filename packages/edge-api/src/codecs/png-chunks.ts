import { crc32 } from "@unpaired/core/images";

const SIGNATURE_BYTES = 8;
const CHUNK_OVERHEAD = 12;

/** A chunk of a PNG. */
export interface PngChunk {
  readonly name: string;
  readonly content: Uint8Array<ArrayBuffer>;
  /** Whether its checksum is that of its name and content; costs a look at every bit, so only headers and palettes are asked. */
  isIntact(): boolean;
}

/** The chunks of a file that `readPngHeader` has walked. */
export function* pngChunks(bytes: Uint8Array<ArrayBuffer>): Generator<PngChunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let name = "";
  for (let offset = SIGNATURE_BYTES; name !== "IEND"; ) {
    const start = offset;
    const end = start + CHUNK_OVERHEAD + view.getUint32(start);
    name = String.fromCharCode(...bytes.subarray(start + 4, start + 8));
    yield {
      name,
      content: bytes.subarray(start + 8, end - 4),
      isIntact: () => crc32(bytes.subarray(start + 4, end - 4)) === view.getUint32(end - 4),
    };
    offset = end;
  }
}
