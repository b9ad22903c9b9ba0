import { crc32, deflateSync } from "node:zlib";

/** What a PNG may carry more than its header promises. */
export interface Excess {
  /** Bytes that its pixels inflate to; exactly what the header promises when absent. */
  readonly pixelBytes?: number;
  /** Bytes that its colour profile inflates to; no profile when absent. */
  readonly profileBytes?: number;
}

/** A whole, valid black PNG of one bit per pixel, quick to make at any size. */
export function blankPng(
  width: number,
  height: number,
  { pixelBytes = height * (1 + Math.ceil(width / 8)), profileBytes }: Excess = {},
): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const pixels = deflateSync(Buffer.alloc(pixelBytes), { level: 9 });
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const profile =
    profileBytes === undefined
      ? []
      : [
          chunk(
            "iCCP",
            Buffer.concat([
              Buffer.from("profile\0\0"),
              deflateSync(Buffer.alloc(profileBytes), { level: 9 }),
            ]),
          ),
        ];
  return new Uint8Array(
    Buffer.concat([
      signature,
      chunk("IHDR", header),
      ...profile,
      chunk("IDAT", pixels),
      chunk("IEND", Buffer.alloc(0)),
    ]),
  );
}

function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}
