import { PADDING_ZERO, sourceIndex } from "../geometry";
import { factorFor, levelFactor, reciprocal, writeLevels } from "./levels";

/** Bytes behind a padded image that a kernel may read and multiply by zero. */
export const SLACK_BYTES: i32 = 16;

/** Returns the bytes `writePaddedLevels` writes. */
export function paddedLevelsBytes(height: i32, width: i32, channels: i32): i32 {
  return 2 * height * width * channels + SLACK_BYTES;
}

/**
 * Writes one image [inputH, inputW, channels] as levels into `levels` [paddedH, paddedW, channels], whose pixel (0, 0) is
 * the input's (-top, -left); outside the input lie zeros (padding 0) or the mirror image (padding 1). A sum of products will
 * read `together` pixels. `range` holds bounds on the input as `integerInstanceNorm` writes them; 0: they are measured.
 * Returns what one level stands for.
 */
export function writePaddedLevels(
  input: usize,
  inputH: i32,
  inputW: i32,
  channels: i32,
  top: i32,
  left: i32,
  padding: i32,
  levels: usize,
  paddedH: i32,
  paddedW: i32,
  together: i32,
  range: usize,
): f32 {
  const factor =
    range == 0
      ? levelFactor(input, inputH * inputW, channels, together)
      : factorFor(load<f32>(range), load<f32>(range, 4), channels, together);
  const pixelBytes: usize = channels << 1;
  const rowBytes = <usize>paddedW * pixelBytes;
  const inputRowBytes: usize = (inputW * channels) << 2;
  // Columns [from, to) of the output are one run of the input's row.
  const from = min(max(left, 0), paddedW);
  const to = max(from, min(paddedW, left + inputW));
  for (let y = 0; y < paddedH; y++) {
    const source = sourceIndex(y - top, inputH, padding);
    const row = levels + <usize>y * rowBytes;
    if (source < 0) {
      memory.fill(row, 0, rowBytes);
      continue;
    }
    const values = input + <usize>source * inputRowBytes;
    const runBegin = values + ((<usize>(from - left) * pixelBytes) << 1);
    writeLevels(runBegin, (to - from) * channels, factor, row + <usize>from * pixelBytes);
    for (let x = 0; x < from; x++)
      writePixel(values, x - left, inputW, channels, padding, factor, row + <usize>x * pixelBytes);
    for (let x = to; x < paddedW; x++)
      writePixel(values, x - left, inputW, channels, padding, factor, row + <usize>x * pixelBytes);
  }
  return reciprocal(factor);
}

function writePixel(
  row: usize,
  x: i32,
  width: i32,
  channels: i32,
  padding: i32,
  factor: f32,
  levels: usize,
): void {
  const source = sourceIndex(x, width, padding);
  if (source < 0) memory.fill(levels, 0, channels << 1);
  else writeLevels(row + ((<usize>source * channels) << 2), channels, factor, levels);
}
