import { deflateSync } from "node:zlib";
import { pngOf } from "./png-of.ts";

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
  const pixels = deflateSync(Buffer.alloc(pixelBytes), { level: 9 });
  const profile = deflateSync(Buffer.alloc(profileBytes ?? 0), { level: 9 });
  return pngOf({ width, height, bitDepth: 1, colorType: 0 }, [
    ...(profileBytes === undefined
      ? []
      : [["iCCP", Buffer.concat([Buffer.from("profile\0\0"), profile])] as const]),
    ["IDAT", pixels],
  ]);
}
