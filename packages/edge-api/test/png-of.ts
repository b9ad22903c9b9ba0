import { crc32 } from "node:zlib";

/** A PNG of these chunks between its header and its end. */
export function pngOf(
  {
    width,
    height,
    bitDepth,
    colorType,
  }: {
    readonly width: number;
    readonly height: number;
    readonly bitDepth: number;
    readonly colorType: number;
  },
  chunks: readonly (readonly [name: string, content: Uint8Array])[],
): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = bitDepth;
  header[9] = colorType;
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const all = [["IHDR", header], ...chunks, ["IEND", Buffer.alloc(0)]] as const;
  return new Uint8Array(Buffer.concat([signature, ...all.map(([name, content]) => chunk(name, content))]));
}

function chunk(name: string, content: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}
