import { ACTIVATION_NONE, activateLanes } from "../activation";
import { storeFirst } from "../simd";

/** Output channels of a panel of weights. */
export const PANEL: i32 = 8;
/** Convolutions with at most this many output channels are packed for inner products. */
export const DOT_CHANNELS: i32 = 3;

/**
 * Multiplies a row of pixels with one panel of eight output channels, four pixels at a time: 8 accumulators, and per pair
 * of inputs two loads of weights and one broadcast per pixel.
 *
 * A pixel's inputs are `rows` runs of `pairs` pairs of 16-bit levels, `rowBytes` apart; weights are [row][pair][8][2].
 * Writes sum·scale + bias, activated.
 */
export function panelRow(
  input: usize,
  pixelBytes: usize,
  rowBytes: usize,
  rows: i32,
  pairs: i32,
  weights: usize,
  scale0: v128,
  scale1: v128,
  bias0: v128,
  bias1: v128,
  output: usize,
  outputPixelBytes: usize,
  pixels: i32,
  width: i32,
  activation: i32,
  slope: f32,
): void {
  const runBytes: usize = pairs << 5;
  const last = pixels - 1;
  for (let x = 0; x < pixels; x += 4) {
    // Behind the last pixel the last one is computed again.
    const x0 = <usize>x;
    const x1 = <usize>min(x + 1, last);
    const x2 = <usize>min(x + 2, last);
    const x3 = <usize>min(x + 3, last);
    const i0 = x0 * pixelBytes;
    const i1 = x1 * pixelBytes;
    const i2 = x2 * pixelBytes;
    const i3 = x3 * pixelBytes;
    let row = input;
    let w = weights;
    let a0 = i32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    for (let r = 0; r < rows; r++, row += rowBytes) {
      let p0 = row + i0;
      let p1 = row + i1;
      let p2 = row + i2;
      let p3 = row + i3;
      const end = w + runBytes;
      while (w < end) {
        const w0 = v128.load(w);
        const w1 = v128.load(w, 16);
        let v = v128.load32_splat(p0);
        a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v, w0));
        b0 = i32x4.add(b0, i32x4.dot_i16x8_s(v, w1));
        v = v128.load32_splat(p1);
        a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v, w0));
        b1 = i32x4.add(b1, i32x4.dot_i16x8_s(v, w1));
        v = v128.load32_splat(p2);
        a2 = i32x4.add(a2, i32x4.dot_i16x8_s(v, w0));
        b2 = i32x4.add(b2, i32x4.dot_i16x8_s(v, w1));
        v = v128.load32_splat(p3);
        a3 = i32x4.add(a3, i32x4.dot_i16x8_s(v, w0));
        b3 = i32x4.add(b3, i32x4.dot_i16x8_s(v, w1));
        p0 += 4;
        p1 += 4;
        p2 += 4;
        p3 += 4;
        w += 32;
      }
    }
    const o0 = output + x0 * outputPixelBytes;
    const o1 = output + x1 * outputPixelBytes;
    const o2 = output + x2 * outputPixelBytes;
    const o3 = output + x3 * outputPixelBytes;
    if (width == PANEL && activation == ACTIVATION_NONE) {
      v128.store(o0, scaled(a0, scale0, bias0));
      v128.store(o0, scaled(b0, scale1, bias1), 16);
      v128.store(o1, scaled(a1, scale0, bias0));
      v128.store(o1, scaled(b1, scale1, bias1), 16);
      v128.store(o2, scaled(a2, scale0, bias0));
      v128.store(o2, scaled(b2, scale1, bias1), 16);
      v128.store(o3, scaled(a3, scale0, bias0));
      v128.store(o3, scaled(b3, scale1, bias1), 16);
      continue;
    }
    finishPixel(o0, a0, b0, scale0, scale1, bias0, bias1, width, activation, slope);
    if (x + 1 <= last) finishPixel(o1, a1, b1, scale0, scale1, bias0, bias1, width, activation, slope);
    if (x + 2 <= last) finishPixel(o2, a2, b2, scale0, scale1, bias0, bias1, width, activation, slope);
    if (x + 3 <= last) finishPixel(o3, a3, b3, scale0, scale1, bias0, bias1, width, activation, slope);
  }
}

function scaled(sum: v128, scale: v128, bias: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sum), scale), bias);
}

function finishPixel(
  output: usize,
  a: v128,
  b: v128,
  scale0: v128,
  scale1: v128,
  bias0: v128,
  bias1: v128,
  width: i32,
  activation: i32,
  slope: f32,
): void {
  const slopes = f32x4.splat(slope);
  const first = min(width, 4);
  storeFirst(output, activateLanes(scaled(a, scale0, bias0), activation, slopes), first);
  if (width <= 4) return;
  storeFirst(output + 16, activateLanes(scaled(b, scale1, bias1), activation, slopes), width - 4);
}
