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
 * A row's sum stays within 32 bits; the sum of the rows is a float. Writes sum·scale + bias, activated.
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
  let i0: usize = 0;
  let o0 = output;
  for (let left = pixels; left > 0; left -= 4) {
    // Behind the last pixel the last one is computed again.
    const i1 = i0 + (left > 1 ? pixelBytes : 0);
    const i2 = i1 + (left > 2 ? pixelBytes : 0);
    const i3 = i2 + (left > 3 ? pixelBytes : 0);
    let row = input;
    let w = weights;
    let y0 = f32x4.splat(0);
    let y1 = y0;
    let y2 = y0;
    let y3 = y0;
    let z0 = y0;
    let z1 = y0;
    let z2 = y0;
    let z3 = y0;
    for (let r = 0; r < rows; r++, row += rowBytes) {
      let p0 = row + i0;
      let p1 = row + i1;
      let p2 = row + i2;
      let p3 = row + i3;
      let a0 = i32x4.splat(0);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let b0 = a0;
      let b1 = a0;
      let b2 = a0;
      let b3 = a0;
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
      // The first row has nothing to be added to.
      if (r == 0) {
        y0 = f32x4.convert_i32x4_s(a0);
        z0 = f32x4.convert_i32x4_s(b0);
        y1 = f32x4.convert_i32x4_s(a1);
        z1 = f32x4.convert_i32x4_s(b1);
        y2 = f32x4.convert_i32x4_s(a2);
        z2 = f32x4.convert_i32x4_s(b2);
        y3 = f32x4.convert_i32x4_s(a3);
        z3 = f32x4.convert_i32x4_s(b3);
        continue;
      }
      y0 = f32x4.add(y0, f32x4.convert_i32x4_s(a0));
      z0 = f32x4.add(z0, f32x4.convert_i32x4_s(b0));
      y1 = f32x4.add(y1, f32x4.convert_i32x4_s(a1));
      z1 = f32x4.add(z1, f32x4.convert_i32x4_s(b1));
      y2 = f32x4.add(y2, f32x4.convert_i32x4_s(a2));
      z2 = f32x4.add(z2, f32x4.convert_i32x4_s(b2));
      y3 = f32x4.add(y3, f32x4.convert_i32x4_s(a3));
      z3 = f32x4.add(z3, f32x4.convert_i32x4_s(b3));
    }
    const o1 = o0 + (left > 1 ? outputPixelBytes : 0);
    const o2 = o1 + (left > 2 ? outputPixelBytes : 0);
    const o3 = o2 + (left > 3 ? outputPixelBytes : 0);
    if (width == PANEL && activation == ACTIVATION_NONE) {
      v128.store(o0, scaled(y0, scale0, bias0));
      v128.store(o0, scaled(z0, scale1, bias1), 16);
      v128.store(o1, scaled(y1, scale0, bias0));
      v128.store(o1, scaled(z1, scale1, bias1), 16);
      v128.store(o2, scaled(y2, scale0, bias0));
      v128.store(o2, scaled(z2, scale1, bias1), 16);
      v128.store(o3, scaled(y3, scale0, bias0));
      v128.store(o3, scaled(z3, scale1, bias1), 16);
    } else {
      finishPixel(o0, y0, z0, scale0, scale1, bias0, bias1, width, activation, slope);
      finishPixel(o1, y1, z1, scale0, scale1, bias0, bias1, width, activation, slope);
      finishPixel(o2, y2, z2, scale0, scale1, bias0, bias1, width, activation, slope);
      finishPixel(o3, y3, z3, scale0, scale1, bias0, bias1, width, activation, slope);
    }
    i0 = i3 + pixelBytes;
    o0 = o3 + outputPixelBytes;
  }
}

function scaled(sum: v128, scale: v128, bias: v128): v128 {
  return f32x4.add(f32x4.mul(sum, scale), bias);
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
