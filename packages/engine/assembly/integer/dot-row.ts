import { storeFirst } from "../simd";

/**
 * Multiplies a row of pixels with up to three output channels, four pixels at a time; the lanes run over the inputs, so that
 * none is wasted on channels that are not there.
 *
 * A pixel's inputs are `rows` runs of `blocks` blocks of eight 16-bit levels, `rowBytes` apart; weights are
 * [row][block][3][8]. Writes sum·scale + bias.
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
): void {
  const runBytes: usize = blocks * 48;
  let i0: usize = 0;
  let o0 = output;
  for (let left = pixels; left > 0; left -= 4) {
    // Behind the last pixel the last one is computed again.
    const i1 = i0 + (left > 1 ? pixelBytes : 0);
    const i2 = i1 + (left > 2 ? pixelBytes : 0);
    const i3 = i2 + (left > 3 ? pixelBytes : 0);
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
    const o1 = o0 + (left > 1 ? outputPixelBytes : 0);
    const o2 = o1 + (left > 2 ? outputPixelBytes : 0);
    const o3 = o2 + (left > 3 ? outputPixelBytes : 0);
    finishDots(o0, a0, b0, c0, scale, bias, width);
    finishDots(o1, a1, b1, c1, scale, bias, width);
    finishDots(o2, a2, b2, c2, scale, bias, width);
    finishDots(o3, a3, b3, c3, scale, bias, width);
    i0 = i3 + pixelBytes;
    o0 = o3 + outputPixelBytes;
  }
}

function finishDots(output: usize, a: v128, b: v128, c: v128, scale: v128, bias: v128, width: i32): void {
  // [a0+a2, b0+b2, a1+a3, b1+b3], then its halves added: the sums of a and b; c's stands twice beside them.
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cc = i32x4.add(c, v128.shuffle<i32>(c, c, 2, 3, 0, 1));
  const sums = i32x4.add(v128.shuffle<i32>(ab, cc, 0, 1, 4, 4), v128.shuffle<i32>(ab, cc, 2, 3, 5, 5));
  storeFirst(output, f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sums), scale), bias), width);
}
