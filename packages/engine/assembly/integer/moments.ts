import { loadFirst, storeFirst } from "../simd";

/*
 * Mean and reciprocal deviation of channels in one pass: sums are taken of the distance to the first pixel and of its
 * square, so that nothing cancels.
 */

/** Pixels summed in one accumulator before it joins the total, which keeps float32 sums accurate. */
const CHUNK_PIXELS: i32 = 128;

/** Writes mean and reciprocal deviation of 16 channels, whose pixels are `pixelBytes` apart. */
export function measure16Channels(
  input: usize,
  pixels: i32,
  pixelBytes: usize,
  epsilon: f32,
  mean: usize,
  rstd: usize,
): void {
  const shift0 = v128.load(input);
  const shift1 = v128.load(input, 16);
  const shift2 = v128.load(input, 32);
  const shift3 = v128.load(input, 48);
  let total0 = f32x4.splat(0);
  let total1 = total0;
  let total2 = total0;
  let total3 = total0;
  let totalSquares0 = total0;
  let totalSquares1 = total0;
  let totalSquares2 = total0;
  let totalSquares3 = total0;
  let from = input;
  for (let left = pixels; left > 0; left -= CHUNK_PIXELS) {
    let sum0 = f32x4.splat(0);
    let sum1 = sum0;
    let sum2 = sum0;
    let sum3 = sum0;
    let squares0 = sum0;
    let squares1 = sum0;
    let squares2 = sum0;
    let squares3 = sum0;
    for (const end = from + <usize>min(left, CHUNK_PIXELS) * pixelBytes; from < end; from += pixelBytes) {
      let x = f32x4.sub(v128.load(from), shift0);
      sum0 = f32x4.add(sum0, x);
      squares0 = f32x4.add(squares0, f32x4.mul(x, x));
      x = f32x4.sub(v128.load(from, 16), shift1);
      sum1 = f32x4.add(sum1, x);
      squares1 = f32x4.add(squares1, f32x4.mul(x, x));
      x = f32x4.sub(v128.load(from, 32), shift2);
      sum2 = f32x4.add(sum2, x);
      squares2 = f32x4.add(squares2, f32x4.mul(x, x));
      x = f32x4.sub(v128.load(from, 48), shift3);
      sum3 = f32x4.add(sum3, x);
      squares3 = f32x4.add(squares3, f32x4.mul(x, x));
    }
    total0 = f32x4.add(total0, sum0);
    total1 = f32x4.add(total1, sum1);
    total2 = f32x4.add(total2, sum2);
    total3 = f32x4.add(total3, sum3);
    totalSquares0 = f32x4.add(totalSquares0, squares0);
    totalSquares1 = f32x4.add(totalSquares1, squares1);
    totalSquares2 = f32x4.add(totalSquares2, squares2);
    totalSquares3 = f32x4.add(totalSquares3, squares3);
  }
  finishMoments(shift0, total0, totalSquares0, pixels, epsilon, 4, mean, rstd);
  finishMoments(shift1, total1, totalSquares1, pixels, epsilon, 4, mean + 16, rstd + 16);
  finishMoments(shift2, total2, totalSquares2, pixels, epsilon, 4, mean + 32, rstd + 32);
  finishMoments(shift3, total3, totalSquares3, pixels, epsilon, 4, mean + 48, rstd + 48);
}

/** Writes mean and reciprocal deviation of up to four channels, whose pixels are `pixelBytes` apart. */
export function measureChannels(
  input: usize,
  pixels: i32,
  pixelBytes: usize,
  width: i32,
  epsilon: f32,
  mean: usize,
  rstd: usize,
): void {
  const shift = loadFirst(input, width);
  let total = f32x4.splat(0);
  let totalSquares = total;
  let from = input;
  for (let left = pixels; left > 0; left -= CHUNK_PIXELS) {
    let sum = f32x4.splat(0);
    let squares = sum;
    for (const end = from + <usize>min(left, CHUNK_PIXELS) * pixelBytes; from < end; from += pixelBytes) {
      const x = f32x4.sub(loadFirst(from, width), shift);
      sum = f32x4.add(sum, x);
      squares = f32x4.add(squares, f32x4.mul(x, x));
    }
    total = f32x4.add(total, sum);
    totalSquares = f32x4.add(totalSquares, squares);
  }
  finishMoments(shift, total, totalSquares, pixels, epsilon, width, mean, rstd);
}

/** Writes mean and reciprocal deviation from the sums of distances to `shift` and of their squares. */
function finishMoments(
  shift: v128,
  sum: v128,
  squares: v128,
  pixels: i32,
  epsilon: f32,
  width: i32,
  mean: usize,
  rstd: usize,
): void {
  const share = f32x4.splat(<f32>1 / <f32>pixels);
  const distance = f32x4.mul(sum, share);
  const variance = f32x4.sub(f32x4.mul(squares, share), f32x4.mul(distance, distance));
  const deviation = f32x4.sqrt(f32x4.add(f32x4.pmax(variance, f32x4.splat(0)), f32x4.splat(epsilon)));
  storeFirst(mean, f32x4.add(shift, distance), width);
  storeFirst(rstd, f32x4.div(f32x4.splat(1), deviation), width);
}
