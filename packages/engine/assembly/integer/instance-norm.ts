import { ACTIVATION_NONE, ACTIVATION_RELU, activateLanes } from "../activation";
import { loadFirst, storeFirst } from "../simd";
import { boundOfSquares, largestLane, largestMagnitude } from "./levels";
import { measure16Channels, measureChannels } from "./moments";

/** Between these a float's square is neither rounded to few bits nor infinite, nor is the sum of a few. */
const LEAST_SQUARES: f32 = 1e-30;
const MOST_SQUARES: f32 = 1e30;

/**
 * As `instanceNorm` without a fused multiply and add, and in one pass over the input for both moments. Writes bounds on the
 * output's magnitudes and on a pixel's sum of squares at `range` (two floats; address 0: none), from which a convolution
 * takes its levels.
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
  const pixelBytes: usize = channels << 2;
  const imageBytes = <usize>pixels * pixelBytes;
  if (range) {
    store<f32>(range, 0);
    store<f32>(range, 0, 4);
  }
  for (let n: usize = 0; n < <usize>batch; n++) {
    const image = n * imageBytes;
    let squares: f32 = 0;
    // All of one block of channels before the next, so that what was measured is still near when it is normalised.
    let c = 0;
    for (; c + 16 <= channels; c += 16) {
      const at = image + (c << 2);
      const skip = residual == 0 ? 0 : residual + at;
      measure16Channels(input + at, pixels, pixelBytes, epsilon, mean + (c << 2), rstd + (c << 2));
      squares += normalize16Channels(
        input + at,
        pixels,
        pixelBytes,
        activation,
        slope,
        skip,
        mean + (c << 2),
        rstd + (c << 2),
        output + at,
        range,
      );
    }
    for (; c < channels; c += 4) {
      const at = image + (c << 2);
      const width = min(4, channels - c);
      const skip = residual == 0 ? 0 : residual + at;
      measureChannels(input + at, pixels, pixelBytes, width, epsilon, mean + (c << 2), rstd + (c << 2));
      squares += normalizeChannels(
        input + at,
        pixels,
        pixelBytes,
        width,
        activation,
        slope,
        skip,
        mean + (c << 2),
        rstd + (c << 2),
        output + at,
        range,
      );
    }
    // Not a number stays, whichever image it came from.
    if (range && !(squares <= load<f32>(range, 4))) store<f32>(range, squares, 4);
  }
}

/** Normalises 16 channels, whose pixels are `pixelBytes` apart; returns a bound on a pixel's sum of their squares. */
function normalize16Channels(
  input: usize,
  pixels: i32,
  pixelBytes: usize,
  activation: i32,
  slope: f32,
  residual: usize,
  mean: usize,
  rstd: usize,
  output: usize,
  range: usize,
): f32 {
  const mean0 = v128.load(mean);
  const mean1 = v128.load(mean, 16);
  const mean2 = v128.load(mean, 32);
  const mean3 = v128.load(mean, 48);
  const rstd0 = v128.load(rstd);
  const rstd1 = v128.load(rstd, 16);
  const rstd2 = v128.load(rstd, 32);
  const rstd3 = v128.load(rstd, 48);
  const zero = f32x4.splat(0);
  const slopes = f32x4.splat(slope);
  let largestSquares = zero;
  let allSquares = zero;
  let skip = residual;
  let to = output;
  const end = input + <usize>pixels * pixelBytes;
  for (let from = input; from < end; from += pixelBytes, to += pixelBytes) {
    let y0 = f32x4.mul(f32x4.sub(v128.load(from), mean0), rstd0);
    let y1 = f32x4.mul(f32x4.sub(v128.load(from, 16), mean1), rstd1);
    let y2 = f32x4.mul(f32x4.sub(v128.load(from, 32), mean2), rstd2);
    let y3 = f32x4.mul(f32x4.sub(v128.load(from, 48), mean3), rstd3);
    if (activation == ACTIVATION_RELU) {
      y0 = f32x4.pmax(y0, zero);
      y1 = f32x4.pmax(y1, zero);
      y2 = f32x4.pmax(y2, zero);
      y3 = f32x4.pmax(y3, zero);
    } else if (activation != ACTIVATION_NONE) {
      y0 = activateLanes(y0, activation, slopes);
      y1 = activateLanes(y1, activation, slopes);
      y2 = activateLanes(y2, activation, slopes);
      y3 = activateLanes(y3, activation, slopes);
    }
    if (residual != 0) {
      y0 = f32x4.add(y0, v128.load(skip));
      y1 = f32x4.add(y1, v128.load(skip, 16));
      y2 = f32x4.add(y2, v128.load(skip, 32));
      y3 = f32x4.add(y3, v128.load(skip, 48));
      skip += pixelBytes;
    }
    v128.store(to, y0);
    v128.store(to, y1, 16);
    v128.store(to, y2, 32);
    v128.store(to, y3, 48);
    if (range == 0) continue;
    const squares01 = f32x4.add(f32x4.mul(y0, y0), f32x4.mul(y1, y1));
    const squares = f32x4.add(squares01, f32x4.add(f32x4.mul(y2, y2), f32x4.mul(y3, y3)));
    largestSquares = f32x4.pmax(largestSquares, squares);
    allSquares = f32x4.add(allSquares, squares);
  }
  if (range == 0) return 0;
  // The four squares of a lane bound a magnitude nearly as well as it would itself, unless they vanish or overflow.
  const squares = largestLane(largestSquares);
  const tells = squares > LEAST_SQUARES && squares < MOST_SQUARES;
  const magnitude = tells ? sqrt<f32>(squares) : largestOfPixels(output, pixels, pixelBytes, 16);
  store<f32>(range, max(load<f32>(range), magnitude));
  return boundOfSquares(largestSquares, allSquares);
}

/** Returns the largest magnitude of `width` channels; not a number where one of them is not. */
function largestOfPixels(values: usize, pixels: i32, pixelBytes: usize, width: i32): f32 {
  let largest: f32 = 0;
  const end = values + <usize>pixels * pixelBytes;
  for (let from = values; from < end; from += pixelBytes)
    largest = max(largest, largestMagnitude(from, width));
  return largest;
}

/** As `normalize16Channels`, for up to four channels. */
function normalizeChannels(
  input: usize,
  pixels: i32,
  pixelBytes: usize,
  width: i32,
  activation: i32,
  slope: f32,
  residual: usize,
  mean: usize,
  rstd: usize,
  output: usize,
  range: usize,
): f32 {
  const means = loadFirst(mean, width);
  const rstds = loadFirst(rstd, width);
  const zero = f32x4.splat(0);
  const slopes = f32x4.splat(slope);
  let largest = zero;
  let largestSquares = zero;
  let allSquares = zero;
  let skip = residual;
  let to = output;
  const end = input + <usize>pixels * pixelBytes;
  for (let from = input; from < end; from += pixelBytes, to += pixelBytes) {
    let y = f32x4.mul(f32x4.sub(loadFirst(from, width), means), rstds);
    y = activateLanes(y, activation, slopes);
    if (residual != 0) {
      y = f32x4.add(y, loadFirst(skip, width));
      skip += pixelBytes;
    }
    storeFirst(to, y, width);
    if (range == 0) continue;
    // Lanes that stand for no channel may hold an activation of zero.
    y = loadFirst(to, width);
    const squares = f32x4.mul(y, y);
    largest = f32x4.pmax(largest, f32x4.abs(y));
    largestSquares = f32x4.pmax(largestSquares, squares);
    allSquares = f32x4.add(allSquares, squares);
  }
  if (range == 0) return 0;
  store<f32>(range, max(load<f32>(range), largestLane(largest)));
  return boundOfSquares(largestSquares, allSquares);
}
