import { activateLanes } from "../activation";
import { storeFirst } from "../simd";

/**
 * Multiplies a row of pixels with up to three output channels, four pixels at a time; the lanes run over the inputs, so that
 * none is wasted on channels that are not there.
 *
 * A pixel's inputs are `rows` runs of `blocks` blocks of eight 16-bit levels, `rowBytes` apart; weights are
 * [row][block][3][8]. Writes sum·scale + bias, activated.
 */
export function dotRow(
  input: usize,
  pixelBytes: usize,
  rowBytes: usize,
  rows: i32,
  blocks: i32,
  weights: usize,
  scale: v128,
  bias: v128,
  output: usize,
  outputPixelBytes: usize,
  pixels: i32,
  width: i32,
  activation: i32,
  slope: f32,
): void {
  const runBytes: usize = blocks * 48;
  const last = pixels - 1;
  for (let x = 0; x < pixels; x += 4) {
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
    let c0 = a0;
    let c1 = a0;
    let c2 = a0;
    let c3 = a0;
    for (let r = 0; r < rows; r++, row += rowBytes) {
      let p0 = row + i0;
      let p1 = row + i1;
      let p2 = row + i2;
      let p3 = row + i3;
      const end = w + runBytes;
      while (w < end) {
        const w0 = v128.load(w);
        const w1 = v128.load(w, 16);
        const w2 = v128.load(w, 32);
        let v = v128.load(p0);
        a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v, w0));
        b0 = i32x4.add(b0, i32x4.dot_i16x8_s(v, w1));
        c0 = i32x4.add(c0, i32x4.dot_i16x8_s(v, w2));
        v = v128.load(p1);
        a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v, w0));
        b1 = i32x4.add(b1, i32x4.dot_i16x8_s(v, w1));
        c1 = i32x4.add(c1, i32x4.dot_i16x8_s(v, w2));
        v = v128.load(p2);
        a2 = i32x4.add(a2, i32x4.dot_i16x8_s(v, w0));
        b2 = i32x4.add(b2, i32x4.dot_i16x8_s(v, w1));
        c2 = i32x4.add(c2, i32x4.dot_i16x8_s(v, w2));
        v = v128.load(p3);
        a3 = i32x4.add(a3, i32x4.dot_i16x8_s(v, w0));
        b3 = i32x4.add(b3, i32x4.dot_i16x8_s(v, w1));
        c3 = i32x4.add(c3, i32x4.dot_i16x8_s(v, w2));
        p0 += 16;
        p1 += 16;
        p2 += 16;
        p3 += 16;
        w += 48;
      }
    }
    let to = output + x0 * outputPixelBytes;
    finishDots(to, a0, b0, c0, scale, bias, width, activation, slope);
    if (x + 1 > last) return;
    to += outputPixelBytes;
    finishDots(to, a1, b1, c1, scale, bias, width, activation, slope);
    if (x + 2 > last) return;
    to += outputPixelBytes;
    finishDots(to, a2, b2, c2, scale, bias, width, activation, slope);
    if (x + 3 > last) return;
    to += outputPixelBytes;
    finishDots(to, a3, b3, c3, scale, bias, width, activation, slope);
  }
}

function finishDots(
  output: usize,
  a: v128,
  b: v128,
  c: v128,
  scale: v128,
  bias: v128,
  width: i32,
  activation: i32,
  slope: f32,
): void {
  // [a0+a2, b0+b2, a1+a3, b1+b3], then its halves added: the sums of a and b; c's stands twice beside them.
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cc = i32x4.add(c, v128.shuffle<i32>(c, c, 2, 3, 0, 1));
  const sums = i32x4.add(v128.shuffle<i32>(ab, cc, 0, 1, 4, 4), v128.shuffle<i32>(ab, cc, 2, 3, 5, 5));
  const y = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sums), scale), bias);
  storeFirst(output, activateLanes(y, activation, f32x4.splat(slope)), width);
}
