import { loadFirst, storeFirst } from "../simd";

/*
 * Mean and reciprocal deviation of channels in one pass, from the sums of values and of their squares. Where a mean is so
 * large that the two would cancel, a second pass sums the distances to the first pixel instead.
 */

/** Pixels summed in one accumulator before it joins the total, which keeps float32 sums accurate. */
const CHUNK_PIXELS: i32 = 128;
/** How many variances a squared mean may be: each bit of it is lost from the variance. */
const MOST_CANCELLED: f32 = 64;

/** Writes mean and reciprocal deviation of 16 channels, whose pixels are `pixelBytes` apart. */
export function measure16Channels(
  input: usize,
  pixels: i32,
  pixelBytes: usize,
  epsilon: f32,
  mean: usize,
  rstd: usize,
): void {
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
      let x = v128.load(from);
      sum0 = f32x4.add(sum0, x);
      squares0 = f32x4.add(squares0, f32x4.mul(x, x));
      x = v128.load(from, 16);
      sum1 = f32x4.add(sum1, x);
      squares1 = f32x4.add(squares1, f32x4.mul(x, x));
      x = v128.load(from, 32);
      sum2 = f32x4.add(sum2, x);
      squares2 = f32x4.add(squares2, f32x4.mul(x, x));
      x = v128.load(from, 48);
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
  finishChannels(input, pixels, pixelBytes, 4, epsilon, total0, totalSquares0, mean, rstd);
  finishChannels(input + 16, pixels, pixelBytes, 4, epsilon, total1, totalSquares1, mean + 16, rstd + 16);
  finishChannels(input + 32, pixels, pixelBytes, 4, epsilon, total2, totalSquares2, mean + 32, rstd + 32);
  finishChannels(input + 48, pixels, pixelBytes, 4, epsilon, total3, totalSquares3, mean + 48, rstd + 48);
}

/** Finishes up to four channels from their sums and sums of squares, or measures them again where those cancel. */
function finishChannels(
  input: usize,
  pixels: i32,
  pixelBytes: usize,
  width: i32,
  epsilon: f32,
  sum: v128,
  squares: v128,
  mean: usize,
  rstd: usize,
): void {
  const share = f32x4.splat(<f32>1 / <f32>pixels);
  const means = f32x4.mul(sum, share);
  const variance = f32x4.sub(f32x4.mul(squares, share), f32x4.mul(means, means));
  const most = f32x4.mul(variance, f32x4.splat(MOST_CANCELLED));
  const whole = f32x4.le(f32x4.mul(means, means), most);
  // Squares that overflow leave infinity or nothing that compares.
  const finite = f32x4.lt(most, f32x4.splat(f32.MAX_VALUE));
  if (i32x4.all_true(v128.and(whole, finite)))
    finishMoments(f32x4.splat(0), sum, squares, pixels, epsilon, width, mean, rstd);
  else measureChannels(input, pixels, pixelBytes, width, epsilon, mean, rstd);
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
