import { ACTIVATION_NONE, ACTIVATION_RELU, activateLanes } from "../activation";
import { loadFirst, storeFirst, sumLanes } from "../simd";
import { boundOfSquares, largestLane } from "./levels";

/** Pixels summed in one accumulator before it joins the total, which keeps float32 sums accurate. */
const CHUNK_PIXELS: i32 = 128;

/**
 * As `instanceNorm` without a fused multiply and add, and in one pass over the input for both moments: sums are taken of the
 * distance to the first pixel, so that nothing cancels. Writes bounds on the output's magnitudes and on a pixel's sum of
 * squares at `range` (two floats), from which a convolution takes its levels.
 */
export function integerInstanceNorm(
  input: usize,
  batch: i32,
  pixels: i32,
  channels: i32,
  epsilon: f32,
  activation: i32,
  slope: f32,
  residual: usize,
  mean: usize,
  rstd: usize,
  output: usize,
  range: usize,
): void {
  const imageBytes: usize = (pixels * channels) << 2;
  let magnitude: f32 = 0;
  let squares: f32 = 0;
  for (let n: usize = 0; n < <usize>batch; n++) {
    const from = input + n * imageBytes;
    let c = 0;
    for (; c + 16 <= channels; c += 16)
      measure16Channels(from + (c << 2), pixels, channels << 2, epsilon, mean + (c << 2), rstd + (c << 2));
    for (; c < channels; c += 4) {
      const width = min(4, channels - c);
      measureChannels(
        from + (c << 2),
        pixels,
        channels << 2,
        width,
        epsilon,
        mean + (c << 2),
        rstd + (c << 2),
      );
    }
    const skip = residual == 0 ? 0 : residual + n * imageBytes;
    normalize(from, pixels, channels, activation, slope, skip, mean, rstd, output + n * imageBytes, range);
    // Not a number stays, whichever image it came from.
    const ownMagnitude = load<f32>(range);
    const ownSquares = load<f32>(range, 4);
    magnitude = magnitude > ownMagnitude ? magnitude : ownMagnitude;
    squares = squares > ownSquares || squares != squares ? squares : ownSquares;
  }
  store<f32>(range, magnitude);
  store<f32>(range, squares, 4);
}

/** Writes mean and reciprocal deviation of 16 channels, whose pixels are `pixelBytes` apart. */
function measure16Channels(
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
function measureChannels(
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

/** Normalises, activates and adds the residual; writes the output's bounds at `range`. */
function normalize(
  input: usize,
  pixels: i32,
  channels: i32,
  activation: i32,
  slope: f32,
  residual: usize,
  means: usize,
  rstds: usize,
  output: usize,
  range: usize,
): void {
  const blocks: usize = (channels & -8) << 2;
  const whole: usize = (channels & -4) << 2;
  const rest = channels & 3;
  const slopes = f32x4.splat(slope);
  const zero = f32x4.splat(0);
  let largest = zero;
  let largestSquares = zero;
  let allSquares = zero;
  let from = input;
  let to = output;
  let skip = residual;
  for (let p = 0; p < pixels; p++) {
    let squares = zero;
    let b: usize = 0;
    for (; b < blocks; b += 32, from += 32, to += 32) {
      const means0 = v128.load(means + b);
      const means1 = v128.load(means + b, 16);
      let y0 = f32x4.mul(f32x4.sub(v128.load(from), means0), v128.load(rstds + b));
      let y1 = f32x4.mul(f32x4.sub(v128.load(from, 16), means1), v128.load(rstds + b, 16));
      if (activation == ACTIVATION_RELU) {
        y0 = f32x4.pmax(y0, zero);
        y1 = f32x4.pmax(y1, zero);
      } else if (activation != ACTIVATION_NONE) {
        y0 = activateLanes(y0, activation, slopes);
        y1 = activateLanes(y1, activation, slopes);
      }
      if (residual != 0) {
        y0 = f32x4.add(y0, v128.load(skip));
        y1 = f32x4.add(y1, v128.load(skip, 16));
        skip += 32;
      }
      v128.store(to, y0);
      v128.store(to, y1, 16);
      largest = f32x4.pmax(largest, f32x4.pmax(f32x4.abs(y0), f32x4.abs(y1)));
      squares = f32x4.add(squares, f32x4.add(f32x4.mul(y0, y0), f32x4.mul(y1, y1)));
    }
    for (; b < whole; b += 16, from += 16, to += 16) {
      let y = f32x4.mul(f32x4.sub(v128.load(from), v128.load(means + b)), v128.load(rstds + b));
      y = activateLanes(y, activation, slopes);
      if (residual != 0) {
        y = f32x4.add(y, v128.load(skip));
        skip += 16;
      }
      v128.store(to, y);
      largest = f32x4.pmax(largest, f32x4.abs(y));
      squares = f32x4.add(squares, f32x4.mul(y, y));
    }
    if (rest) {
      let y = f32x4.sub(loadFirst(from, rest), loadFirst(means + whole, rest));
      y = activateLanes(f32x4.mul(y, loadFirst(rstds + whole, rest)), activation, slopes);
      if (residual != 0) {
        y = f32x4.add(y, loadFirst(skip, rest));
        skip += rest << 2;
      }
      storeFirst(to, y, rest);
      // Lanes that stand for no channel may hold an activation of zero.
      y = loadFirst(to, rest);
      largest = f32x4.pmax(largest, f32x4.abs(y));
      squares = f32x4.add(squares, f32x4.mul(y, y));
      from += rest << 2;
      to += rest << 2;
    }
    largestSquares = f32x4.pmax(largestSquares, squares);
    allSquares = f32x4.add(allSquares, squares);
  }
  store<f32>(range, largestLane(largest));
  store<f32>(range, boundOfSquares(largestSquares, allSquares), 4);
}
