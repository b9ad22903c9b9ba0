import type { ImagePixels } from "../decode-image.ts";

const white = 255;

/**
 * Scales RGBA with a triangle filter that widens when it shrinks, over white, as the service does.
 *
 * @returns interleaved RGBA in 0–255, height × width × 4
 */
export function resample(source: ImagePixels, width: number, height: number): Float32Array {
  const columns = triangle(source.width, width);
  const rows = triangle(source.height, height);
  const result = new Float32Array(width * height * 4);
  const full = new Float32Array(source.width * 4);
  const narrow = columns.isIdentity ? full : new Float32Array(width * 4);
  let firstOpen = 0;
  for (let y = 0; y < source.height; y++) {
    overWhite(source, y, full);
    if (narrow !== full) narrowRow(full, columns, narrow);
    // Each row is spent at once on the rows it is part of: no picture in between is kept.
    while (firstOpen < height && rows.starts[firstOpen]! + rows.taps <= y) firstOpen++;
    for (let to = firstOpen; to < height && rows.starts[to]! <= y; to++) {
      const weight = rows.weights[to * rows.taps + y - rows.starts[to]!]!;
      if (weight === 0) continue;
      const offset = to * width * 4;
      for (let index = 0; index < narrow.length; index++) result[offset + index]! += weight * narrow[index]!;
    }
  }
  return result;
}

function overWhite({ data, width }: ImagePixels, y: number, row: Float32Array): void {
  for (let x = 0; x < width; x++) {
    const from = (y * width + x) * 4;
    const alpha = data[from + 3]!;
    for (let channel = 0; channel < 3; channel++) {
      row[x * 4 + channel] = (data[from + channel]! * alpha + white * (255 - alpha)) / 255;
    }
    row[x * 4 + 3] = alpha;
  }
}

function narrowRow(row: Float32Array, { starts, weights, taps }: Filter, target: Float32Array): void {
  for (let x = 0; x < starts.length; x++) {
    for (let channel = 0; channel < 4; channel++) {
      let sum = 0;
      for (let tap = 0; tap < taps; tap++) {
        sum += weights[x * taps + tap]! * row[(starts[x]! + tap) * 4 + channel]!;
      }
      target[x * 4 + channel] = sum;
    }
  }
}

/** What each output position reads: `taps` inputs from `starts` on, weighted; the weights of one sum to 1. */
interface Filter {
  readonly starts: Int32Array;
  readonly weights: Float32Array;
  readonly taps: number;
  readonly isIdentity: boolean;
}

function triangle(from: number, to: number): Filter {
  const scale = from / to;
  const radius = Math.max(1, scale);
  const taps = Math.min(from, Math.ceil(radius * 2) + 1);
  const starts = new Int32Array(to);
  const weights = new Float32Array(to * taps);
  for (let position = 0; position < to; position++) {
    const center = (position + 0.5) * scale - 0.5;
    const start = Math.max(0, Math.min(from - taps, Math.ceil(center - radius)));
    const shares = Array.from({ length: taps }, (_, tap) =>
      Math.max(0, 1 - Math.abs(start + tap - center) / radius),
    );
    const sum = shares.reduce((total, share) => total + share, 0);
    starts[position] = start;
    for (const [tap, share] of shares.entries()) weights[position * taps + tap] = share / sum;
  }
  return { starts, weights, taps, isIdentity: from === to };
}
