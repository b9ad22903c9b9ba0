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
  const horizontal = triangleTaps(source.width, width);
  const vertical = triangleTaps(source.height, height);
  const narrowed = new Float32Array(source.height * width * CHANNELS);
  const row = new Float32Array(source.width * CHANNELS);
  for (let y = 0; y < source.height; y++) {
    readRow(source, y, row);
    for (let x = 0; x < width; x++) {
      accumulate(row, horizontal, x, CHANNELS, narrowed, (y * width + x) * CHANNELS, CHANNELS);
    }
  }
  const stride = width * CHANNELS;
  const result = new Float32Array(height * stride);
  for (let y = 0; y < height; y++) accumulate(narrowed, vertical, y, stride, result, y * stride, stride);
  return result;
}

function readRow({ data, width }: Raster, y: number, row: Float32Array): void {
  const start = y * width * CHANNELS;
  for (let index = 0; index < row.length; index += CHANNELS) {
    const alpha = data[start + index + 3]!;
    for (let channel = 0; channel < 3; channel++) {
      const value = data[start + index + channel]!;
      row[index + channel] = alpha === 255 ? value : (value * alpha + BACKGROUND * (255 - alpha)) / 255;
    }
    row[index + 3] = alpha;
  }
}

// target[0 … length) = Σ weight · source[(start + tap) · stride … + length)
function accumulate(
  source: Float32Array,
  { starts, weights, width }: Taps,
  position: number,
  stride: number,
  target: Float32Array,
  offset: number,
  length: number,
): void {
  for (let tap = 0; tap < width; tap++) {
    const weight = weights[position * width + tap]!;
    if (weight === 0) continue;
    const from = (starts[position]! + tap) * stride;
    for (let index = 0; index < length; index++) target[offset + index]! += weight * source[from + index]!;
  }
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
