import sharp from "sharp";
import { hashFile } from "./hash-file.ts";

/** What tells whether two pictures show the same. */
export interface Fingerprint {
  readonly path: string;
  /** SHA-256 of the file. */
  readonly sha256: string;
  /** Whether each of 16 × 16 places is brighter than its neighbour on the right, 32 bits a word. */
  readonly gradient: Uint32Array;
  /** Whether brightness varies too little for `gradient` to say anything. */
  readonly isFlat: boolean;
  /** Whether it has no colour, however it is stored. */
  readonly isColourless: boolean;
}

const SIDE = 16;
/** Range of brightness, of 255, below which gradients are noise. */
const FLAT_RANGE = 24;
/** Largest difference between channels, of 255, that JPEG's rounding makes of grey. */
const COLOURLESS_DIFFERENCE = 6;
/** Bits, of 256, that scaling and encoding anew may change. */
const ALIKE_BITS = 12;

/**
 * Fingerprints a picture; scaled copies and copies in another format have nearly the same.
 *
 * Source: difference hash (dHash), Krawetz 2013, at 16 × 16.
 */
export async function fingerprint(path: string): Promise<Fingerprint> {
  const width = SIDE + 1;
  const { data } = await sharp(path)
    .rotate()
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .resize(width, SIDE, { fit: "fill" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const channels = data.length / (width * SIDE);
  const brightness = new Float32Array(width * SIDE);
  let difference = 0;
  for (let place = 0; place < brightness.length; place++) {
    const [red, green, blue] = [0, 1, 2].map(
      (channel) => data[place * channels + Math.min(channel, channels - 1)]!,
    );
    brightness[place] = 0.299 * red! + 0.587 * green! + 0.114 * blue!;
    difference = Math.max(difference, Math.abs(red! - green!), Math.abs(green! - blue!));
  }
  const gradient = new Uint32Array((SIDE * SIDE) / 32);
  for (let bit = 0; bit < SIDE * SIDE; bit++) {
    const place = Math.floor(bit / SIDE) * width + (bit % SIDE);
    if (brightness[place]! > brightness[place + 1]!) gradient[bit >> 5]! |= 1 << (bit & 31);
  }
  return {
    path,
    sha256: await hashFile(path),
    gradient,
    isFlat: Math.max(...brightness) - Math.min(...brightness) < FLAT_RANGE,
    isColourless: difference <= COLOURLESS_DIFFERENCE,
  };
}

/** Whether two pictures show the same: equal files, or nearly equal gradients. */
export function showsSame(one: Fingerprint, other: Fingerprint): boolean {
  if (one.sha256 === other.sha256) return true;
  if (one.isFlat || other.isFlat) return false;
  let bits = 0;
  for (let word = 0; word < one.gradient.length && bits <= ALIKE_BITS; word++) {
    bits += popcount(one.gradient[word]! ^ other.gradient[word]!);
  }
  return bits <= ALIKE_BITS;
}

function popcount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
