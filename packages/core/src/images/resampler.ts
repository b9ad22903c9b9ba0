import type { Region } from "../contracts/image-fit.ts";
import { filterRow, triangleTaps } from "./triangle-filter.ts";

const CHANNELS = 4;
const BACKGROUND = 255;

/** Which columns of the source a row's pixels are. */
export interface Columns {
  /** Column of the first. */
  readonly left: number;
  /** Columns from one to the next. */
  readonly step: number;
}

/** Scales a picture that is handed over row by row, so that no more of it than a row is ever needed. */
export interface Resampler {
  /**
   * Adds pixels of one row. Rows may come in any order and in parts, each pixel once.
   *
   * @param y row of the source
   * @param rgba interleaved RGBA, 8 bits, not premultiplied
   * @param columns which pixels of the row these are; the whole row when absent
   */
  addRow(y: number, rgba: Uint8Array | Uint8ClampedArray, columns?: Columns): void;
  /** Interleaved RGBA, height × width × 4, in 0–255, once all rows were added. */
  readonly result: Float32Array;
}

/**
 * Scales RGBA pixels with a triangle filter (bilinear, widened when shrinking so that nothing aliases), colours laid
 * over white first. Equal sizes pass every value through untouched.
 *
 * @param source sides of what is added, in pixels
 * @param region part of the source that is scaled, whose bounds may be fractions; all of it when absent
 */
export function createResampler(
  source: { readonly width: number; readonly height: number },
  width: number,
  height: number,
  region: Region = { left: 0, top: 0, width: source.width, height: source.height },
): Resampler {
  const across = wholePixels(region.left, region.width, source.width);
  const down = wholePixels(region.top, region.height, source.height);
  const horizontal = triangleTaps(across.count, width, { offset: across.offset, length: region.width });
  const vertical = triangleTaps(down.count, height, { offset: down.offset, length: region.height });
  const stride = width * CHANNELS;
  const row = new Float32Array(across.count * CHANNELS);
  const narrowed = region.width === width && across.offset === 0 ? row : new Float32Array(stride);
  const result = new Float32Array(height * stride);
  let firstOpen = 0;
  let lastY = -1;
  return {
    result,
    addRow(sourceY, rgba, columns = { left: 0, step: 1 }) {
      const y = sourceY - down.first;
      if (y < 0 || y >= down.count) return;
      readRow(rgba, columns, across.first, row);
      if (narrowed !== row) filterRow(row, horizontal, narrowed);
      if (y < lastY) firstOpen = 0;
      lastY = y;
      // Each row is spent on the output rows it belongs to at once, so that no picture of half-scaled rows is kept.
      while (vertical.starts[firstOpen]! + vertical.width <= y) firstOpen++;
      for (let to = firstOpen; to < height && vertical.starts[to]! <= y; to++) {
        const weight = vertical.weights[to * vertical.width + y - vertical.starts[to]!]!;
        if (weight > 0) addWeighted(narrowed, weight, result, to * stride);
      }
    },
  };
}

/** The whole pixels that a span of perhaps fractions touches, and where in them it begins. */
function wholePixels(start: number, length: number, limit: number) {
  const first = Math.floor(start);
  return { first, count: Math.min(limit, Math.ceil(start + length)) - first, offset: start - first };
}

function readRow(
  rgba: Uint8Array | Uint8ClampedArray,
  { left, step }: Columns,
  first: number,
  row: Float32Array,
): void {
  // What is not among these pixels counts nothing, not even as background.
  if (step !== 1) row.fill(0);
  const skipped = Math.max(0, Math.ceil((first - left) / step));
  let to = (left + skipped * step - first) * CHANNELS;
  for (let from = skipped * CHANNELS; from < rgba.length && to < row.length; from += CHANNELS) {
    const alpha = rgba[from + 3]!;
    if (alpha === 255) {
      row[to] = rgba[from]!;
      row[to + 1] = rgba[from + 1]!;
      row[to + 2] = rgba[from + 2]!;
    } else {
      const background = BACKGROUND * (255 - alpha);
      row[to] = (rgba[from]! * alpha + background) / 255;
      row[to + 1] = (rgba[from + 1]! * alpha + background) / 255;
      row[to + 2] = (rgba[from + 2]! * alpha + background) / 255;
    }
    row[to + 3] = alpha;
    to += step * CHANNELS;
  }
}

function addWeighted(row: Float32Array, weight: number, target: Float32Array, offset: number): void {
  for (let index = 0; index < row.length; index++) target[offset + index]! += weight * row[index]!;
}
