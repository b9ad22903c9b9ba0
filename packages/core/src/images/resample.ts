import type { Region } from "../contracts/image-fit.ts";
import type { Raster } from "./raster.ts";
import { filterRow, triangleTaps } from "./triangle-filter.ts";

const CHANNELS = 4;
const BACKGROUND = 255;

/**
 * Scales RGBA pixels with a triangle filter (bilinear, widened when shrinking so that nothing aliases), colours laid
 * over white first. Equal sizes pass every value through untouched.
 *
 * @param region part of the source that is scaled; all of it when absent
 * @returns interleaved RGBA, height × width × 4, in 0–255
 */
export function resample(
  source: Raster,
  width: number,
  height: number,
  region: Region = { left: 0, top: 0, width: source.width, height: source.height },
): Float32Array {
  const stride = width * CHANNELS;
  const horizontal = triangleTaps(region.width, width);
  const vertical = triangleTaps(region.height, height);
  const row = new Float32Array(region.width * CHANNELS);
  const narrowed = region.width === width ? row : new Float32Array(stride);
  const result = new Float32Array(height * stride);
  let firstOpen = 0;
  for (let y = 0; y < region.height; y++) {
    readRow(source, region.left, region.top + y, row);
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

function readRow({ data, width }: Raster, left: number, y: number, row: Float32Array): void {
  const start = (y * width + left) * CHANNELS;
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

function addRow(row: Float32Array, weight: number, target: Float32Array, offset: number): void {
  for (let index = 0; index < row.length; index++) target[offset + index]! += weight * row[index]!;
}
