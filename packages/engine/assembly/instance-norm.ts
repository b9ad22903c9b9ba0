import { ACTIVATION_NONE, activateLanes } from "./activation";
import { sumColumns, TERM_PLAIN, TERM_PRODUCT, TERM_SQUARED_DISTANCE } from "./column-sums";
import { loadFirst, storeFirst } from "./simd";

/**
 * Normalises each channel of each image of `input` [batch, pixels, channels] to mean 0 and variance 1 (biased variance,
 * `epsilon` inside the square root), then activates, then adds `residual` (same shape; address 0: none).
 * Writes `mean` and `rstd`, both [batch, channels], which the caller provides. `output` may be `input` or `residual`.
 */
export function instanceNorm(
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
): void {
  const slopes = f32x4.splat(slope);
  const share: f32 = <f32>1 / <f32>pixels;
  const channelBytes: usize = channels << 2;
  const whole: usize = (channels & -4) << 2;
  const rest = channels & 3;
  let from = input;
  let to = output;
  let skip = residual;
  for (let n = 0; n < batch; n++) {
    const means = mean + n * channelBytes;
    const rstds = rstd + n * channelBytes;
    sumColumns(from, 0, TERM_PLAIN, pixels, channels, share, means);
    sumColumns(from, means, TERM_SQUARED_DISTANCE, pixels, channels, share, rstds);
    for (let b: usize = 0; b < channelBytes; b += 4) {
      store<f32>(rstds + b, <f32>1 / sqrt<f32>(load<f32>(rstds + b) + epsilon));
    }
    for (let p = 0; p < pixels; p++, from += channelBytes, to += channelBytes) {
      for (let b: usize = 0; b < whole; b += 16) {
        let y = f32x4.mul(f32x4.sub(v128.load(from + b), v128.load(means + b)), v128.load(rstds + b));
        if (activation != ACTIVATION_NONE) y = activateLanes(y, activation, slopes);
        if (residual != 0) y = f32x4.add(y, v128.load(skip + b));
        v128.store(to + b, y);
      }
      if (rest) {
        let y = f32x4.sub(loadFirst(from + whole, rest), loadFirst(means + whole, rest));
        y = activateLanes(f32x4.mul(y, loadFirst(rstds + whole, rest)), activation, slopes);
        if (residual != 0) y = f32x4.add(y, loadFirst(skip + whole, rest));
        storeFirst(to + whole, y, rest);
      }
      skip += channelBytes;
    }
  }
}

/**
 * Computes the gradient of instance norm with respect to its input from the gradient `dy` and the output `y`, both
 * [batch, pixels, channels], and `rstd` [batch, channels]: rstd·(dy - mean(dy) - y·mean(dy·y)).
 * `scratch` holds 2·channels floats; `dx` may be `dy`.
 */
export function instanceNormGradient(
  dy: usize,
  y: usize,
  rstd: usize,
  batch: i32,
  pixels: i32,
  channels: i32,
  dx: usize,
  scratch: usize,
): void {
  const share: f32 = <f32>1 / <f32>pixels;
  const channelBytes: usize = channels << 2;
  const whole: usize = (channels & -4) << 2;
  const rest = channels & 3;
  const means = scratch;
  const projections = scratch + channelBytes;
  let gradient = dy;
  let normal = y;
  let to = dx;
  let scales = rstd;
  for (let n = 0; n < batch; n++, scales += channelBytes) {
    sumColumns(gradient, 0, TERM_PLAIN, pixels, channels, share, means);
    sumColumns(gradient, normal, TERM_PRODUCT, pixels, channels, share, projections);
    for (let p = 0; p < pixels; p++, gradient += channelBytes, normal += channelBytes, to += channelBytes) {
      for (let b: usize = 0; b < whole; b += 16) {
        const centered = f32x4.sub(v128.load(gradient + b), v128.load(means + b));
        const projected = f32x4.mul(v128.load(normal + b), v128.load(projections + b));
        v128.store(to + b, f32x4.mul(v128.load(scales + b), f32x4.sub(centered, projected)));
      }
      if (rest) {
        const centered = f32x4.sub(loadFirst(gradient + whole, rest), loadFirst(means + whole, rest));
        const projected = f32x4.mul(loadFirst(normal + whole, rest), loadFirst(projections + whole, rest));
        const scaled = f32x4.mul(loadFirst(scales + whole, rest), f32x4.sub(centered, projected));
        storeFirst(to + whole, scaled, rest);
      }
    }
  }
}
