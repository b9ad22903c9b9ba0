import type { Raster } from "../codecs/raster.ts";

const CHANNELS = 4;
const BACKGROUND = 255;

interface Taps {
  /** First source index of each output index. */
  readonly starts: Int32Array;
  /** Weights of each output index, `width` apart, summing to 1. */
  readonly weights: Float32Array;
  readonly width: number;
}

/**
 * Scales RGBA pixels with a triangle filter (bilinear, widened when shrinking so that nothing aliases), colours laid
 * over white first. Equal sizes pass every value through untouched.
 *
 * @returns interleaved RGBA, height × width × 4, in 0–255
 */
export function resample(source: Raster, width: number, height: number): Float32Array {
  const stride = width * CHANNELS;
  const horizontal = triangleTaps(source.width, width);
  const vertical = triangleTaps(source.height, height);
  const row = new Float32Array(source.width * CHANNELS);
  const narrowed = source.width === width ? row : new Float32Array(stride);
  const result = new Float32Array(height * stride);
  let firstOpen = 0;
  for (let y = 0; y < source.height; y++) {
    readRow(source, y, row);
    if (narrowed !== row) filterRow(row, horizontal, narrowed);
    // Each row is spent on the output rows it belongs to at once, so that no picture of half-scaled rows is kept.
    while (vertical.starts[firstOpen]! + vertical.width <= y) firstOpen++;
    for (let to = firstOpen; to < height && vertical.starts[to]! <= y; to++) {
      const weight = vertical.weights[to * vertical.width + y - vertical.starts[to]!]!;
      if (weight > 0) addRow(narrowed, weight, result, to * stride);
    }
  }
  return result;
}

function readRow({ data, width }: Raster, y: number, row: Float32Array): void {
  const start = y * width * CHANNELS;
  for (let index = 0; index < row.length; index += CHANNELS) {
    const from = start + index;
    const alpha = data[from + 3]!;
    const background = BACKGROUND * (255 - alpha);
    row[index] = alpha === 255 ? data[from]! : (data[from]! * alpha + background) / 255;
    row[index + 1] = alpha === 255 ? data[from + 1]! : (data[from + 1]! * alpha + background) / 255;
    row[index + 2] = alpha === 255 ? data[from + 2]! : (data[from + 2]! * alpha + background) / 255;
    row[index + 3] = alpha;
  }
}

function filterRow(row: Float32Array, { starts, weights, width }: Taps, target: Float32Array): void {
  for (let x = 0; x < starts.length; x++) {
    let red = 0;
    let green = 0;
    let blue = 0;
    let alpha = 0;
    let from = starts[x]! * CHANNELS;
    for (let tap = x * width; tap < (x + 1) * width; tap++, from += CHANNELS) {
      const weight = weights[tap]!;
      red += weight * row[from]!;
      green += weight * row[from + 1]!;
      blue += weight * row[from + 2]!;
      alpha += weight * row[from + 3]!;
    }
    const to = x * CHANNELS;
    target[to] = red;
    target[to + 1] = green;
    target[to + 2] = blue;
    target[to + 3] = alpha;
  }
}

function addRow(row: Float32Array, weight: number, target: Float32Array, offset: number): void {
  for (let index = 0; index < row.length; index++) target[offset + index]! += weight * row[index]!;
}

function triangleTaps(sourceLength: number, targetLength: number): Taps {
  const scale = sourceLength / targetLength;
  const support = Math.max(1, scale);
  const width = Math.min(sourceLength, Math.ceil(support * 2) + 1);
  const starts = new Int32Array(targetLength);
  const weights = new Float32Array(targetLength * width);
  for (let position = 0; position < targetLength; position++) {
    const center = (position + 0.5) * scale - 0.5;
    const start = Math.max(0, Math.min(sourceLength - width, Math.ceil(center - support)));
    const own = Array.from({ length: width }, (_, tap) =>
      Math.max(0, 1 - Math.abs(start + tap - center) / support),
    );
    const sum = own.reduce((total, weight) => total + weight, 0);
    starts[position] = start;
    for (let tap = 0; tap < width; tap++) weights[position * width + tap] = own[tap]! / sum;
  }
  return { starts, weights, width };
}
