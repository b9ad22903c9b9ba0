import { ACTIVATION_NONE } from "../activation";
import { activate } from "../elementwise";
import { sourceIndex } from "../geometry";

/** Output pixels computed together. */
const TILE: i32 = 4;
/** Input pixels they read of each of three rows. */
const WINDOW: i32 = 6;

/** Returns the scratch bytes `depthwise3x3` needs. */
export function depthwise3x3ScratchBytes(channels: i32): i32 {
  return 3 * WINDOW * channels * 4;
}

/**
 * As `depthwiseConv2d` of a 3×3 filter with stride 1, without a fused multiply and add: four neighbouring pixels share
 * what they read. The channels are a multiple of four.
 */
export function depthwise3x3(
  input: usize,
  batch: i32,
  inputH: i32,
  inputW: i32,
  channels: i32,
  packed: usize,
  kernelH: i32,
  kernelW: i32,
  stride: i32,
  top: i32,
  left: i32,
  padding: i32,
  output: usize,
  outputH: i32,
  outputW: i32,
  activation: i32,
  slope: f32,
  scratch: usize,
): void {
  const pixelBytes: usize = channels << 2;
  const rowBytes = <usize>inputW * pixelBytes;
  let to = output;
  for (let n: usize = 0; n < <usize>batch; n++) {
    const image = input + n * <usize>inputH * rowBytes;
    for (let y = 0; y < outputH; y++) {
      for (let x = 0; x < outputW; x += TILE) {
        const count = min(TILE, outputW - x);
        const row = y - top;
        const column = x - left;
        const inside =
          row >= 0 && row + 3 <= inputH && column >= 0 && column + WINDOW <= inputW && count == TILE;
        if (inside) {
          const from = image + <usize>row * rowBytes + <usize>column * pixelBytes;
          convolveTile(from, rowBytes, pixelBytes, packed, to, count);
        } else {
          copyWindow(image, inputH, inputW, pixelBytes, row, column, count + 2, padding, scratch);
          convolveTile(scratch, WINDOW * pixelBytes, pixelBytes, packed, to, count);
        }
        to += <usize>count * pixelBytes;
      }
    }
  }
  if (activation != ACTIVATION_NONE)
    activate(output, output, batch * outputH * outputW * channels, activation, slope);
}

/** Copies 3 × `width` pixels from (y, x) on, with what lies outside the image; the rest of the window is zero. */
function copyWindow(
  image: usize,
  imageH: i32,
  imageW: i32,
  pixelBytes: usize,
  y: i32,
  x: i32,
  width: i32,
  padding: i32,
  window: usize,
): void {
  let to = window;
  for (let i = 0; i < 3; i++) {
    const sourceY = sourceIndex(y + i, imageH, padding);
    for (let j = 0; j < WINDOW; j++, to += pixelBytes) {
      const sourceX = j < width ? sourceIndex(x + j, imageW, padding) : -1;
      if (sourceY < 0 || sourceX < 0) {
        for (let b: usize = 0; b < pixelBytes; b += 16) v128.store(to + b, i32x4.splat(0));
      } else {
        const from = image + <usize>(sourceY * imageW + sourceX) * pixelBytes;
        for (let b: usize = 0; b < pixelBytes; b += 16) v128.store(to + b, v128.load(from + b));
      }
    }
  }
}

/** Convolves up to four pixels whose window begins at `from`; `packed` is [bias][tap 9][channels]. */
function convolveTile(
  from: usize,
  rowBytes: usize,
  pixelBytes: usize,
  packed: usize,
  to: usize,
  count: i32,
): void {
  for (let b: usize = 0; b < pixelBytes; b += 16) {
    let sum0 = v128.load(packed + b);
    let sum1 = sum0;
    let sum2 = sum0;
    let sum3 = sum0;
    let row = from + b;
    let weights = packed + pixelBytes + b;
    for (let i = 0; i < 3; i++, row += rowBytes) {
      const left = v128.load(weights);
      weights += pixelBytes;
      const middle = v128.load(weights);
      weights += pixelBytes;
      const right = v128.load(weights);
      weights += pixelBytes;
      let at = row;
      let x = v128.load(at);
      sum0 = f32x4.add(sum0, f32x4.mul(x, left));
      at += pixelBytes;
      x = v128.load(at);
      sum0 = f32x4.add(sum0, f32x4.mul(x, middle));
      sum1 = f32x4.add(sum1, f32x4.mul(x, left));
      at += pixelBytes;
      x = v128.load(at);
      sum0 = f32x4.add(sum0, f32x4.mul(x, right));
      sum1 = f32x4.add(sum1, f32x4.mul(x, middle));
      sum2 = f32x4.add(sum2, f32x4.mul(x, left));
      at += pixelBytes;
      x = v128.load(at);
      sum1 = f32x4.add(sum1, f32x4.mul(x, right));
      sum2 = f32x4.add(sum2, f32x4.mul(x, middle));
      sum3 = f32x4.add(sum3, f32x4.mul(x, left));
      at += pixelBytes;
      x = v128.load(at);
      sum2 = f32x4.add(sum2, f32x4.mul(x, right));
      sum3 = f32x4.add(sum3, f32x4.mul(x, middle));
      at += pixelBytes;
      x = v128.load(at);
      sum3 = f32x4.add(sum3, f32x4.mul(x, right));
    }
    let at = to + b;
    v128.store(at, sum0);
    if (count == 1) continue;
    at += pixelBytes;
    v128.store(at, sum1);
    if (count == 2) continue;
    at += pixelBytes;
    v128.store(at, sum2);
    if (count == 3) continue;
    at += pixelBytes;
    v128.store(at, sum3);
  }
}
