import { ACTIVATION_NONE, activateLanes } from "./activation";
import { loadFirst, madd, storeFirst } from "./simd";

/** Pixels added up in one accumulator before it joins the total, which keeps float32 sums accurate. */
const CHUNK_PIXELS: i32 = 128;

/**
 * Adds up `pixels` of (x - center)^power for 16 channels at `input`, whose pixels are `pixelBytes` apart, and writes the
 * 16 means at `means`. `centers` is 0 for plain sums, else the address of 16 centers whose squared distances are summed.
 */
function means16(input: usize, pixels: i32, pixelBytes: usize, centers: usize, means: usize): void {
  let t0 = f32x4.splat(0);
  let t1 = t0;
  let t2 = t0;
  let t3 = t0;
  let from = input;
  let left = pixels;
  while (left > 0) {
    const chunk = min(left, CHUNK_PIXELS);
    left -= chunk;
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    if (centers == 0) {
      for (let p = 0; p < chunk; p++, from += pixelBytes) {
        s0 = f32x4.add(s0, v128.load(from));
        s1 = f32x4.add(s1, v128.load(from, 16));
        s2 = f32x4.add(s2, v128.load(from, 32));
        s3 = f32x4.add(s3, v128.load(from, 48));
      }
    } else {
      const c0 = v128.load(centers);
      const c1 = v128.load(centers, 16);
      const c2 = v128.load(centers, 32);
      const c3 = v128.load(centers, 48);
      for (let p = 0; p < chunk; p++, from += pixelBytes) {
        const d0 = f32x4.sub(v128.load(from), c0);
        const d1 = f32x4.sub(v128.load(from, 16), c1);
        const d2 = f32x4.sub(v128.load(from, 32), c2);
        const d3 = f32x4.sub(v128.load(from, 48), c3);
        s0 = madd(d0, d0, s0);
        s1 = madd(d1, d1, s1);
        s2 = madd(d2, d2, s2);
        s3 = madd(d3, d3, s3);
      }
    }
    t0 = f32x4.add(t0, s0);
    t1 = f32x4.add(t1, s1);
    t2 = f32x4.add(t2, s2);
    t3 = f32x4.add(t3, s3);
  }
  const scale = f32x4.splat(<f32>1 / <f32>pixels);
  v128.store(means, f32x4.mul(t0, scale));
  v128.store(means, f32x4.mul(t1, scale), 16);
  v128.store(means, f32x4.mul(t2, scale), 32);
  v128.store(means, f32x4.mul(t3, scale), 48);
}

/** As `means16`, for `width` (1 to 4) channels. */
function means4(
  input: usize,
  pixels: i32,
  pixelBytes: usize,
  centers: usize,
  means: usize,
  width: i32,
): void {
  let total = f32x4.splat(0);
  const center = centers == 0 ? total : loadFirst(centers, width);
  let from = input;
  let left = pixels;
  while (left > 0) {
    const chunk = min(left, CHUNK_PIXELS);
    left -= chunk;
    let sum = f32x4.splat(0);
    if (centers == 0) {
      for (let p = 0; p < chunk; p++, from += pixelBytes) sum = f32x4.add(sum, loadFirst(from, width));
    } else {
      for (let p = 0; p < chunk; p++, from += pixelBytes) {
        const d = f32x4.sub(loadFirst(from, width), center);
        sum = madd(d, d, sum);
      }
    }
    total = f32x4.add(total, sum);
  }
  storeFirst(means, f32x4.mul(total, f32x4.splat(<f32>1 / <f32>pixels)), width);
}

/** Writes the mean and 1 / sqrt(biased variance + epsilon) of each channel of one image [pixels, channels]. */
function statistics(input: usize, pixels: i32, channels: i32, epsilon: f32, mean: usize, rstd: usize): void {
  const pixelBytes: usize = channels << 2;
  let c = 0;
  while (c < channels) {
    const offset: usize = c << 2;
    if (c + 16 <= channels) {
      means16(input + offset, pixels, pixelBytes, 0, mean + offset);
      means16(input + offset, pixels, pixelBytes, mean + offset, rstd + offset);
      c += 16;
    } else {
      const width = min(4, channels - c);
      means4(input + offset, pixels, pixelBytes, 0, mean + offset, width);
      means4(input + offset, pixels, pixelBytes, mean + offset, rstd + offset, width);
      c += width;
    }
  }
  for (let i = 0; i < channels; i++) {
    const at = rstd + (i << 2);
    store<f32>(at, <f32>1 / sqrt<f32>(load<f32>(at) + epsilon));
  }
}

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
  const channelBytes: usize = channels << 2;
  const whole: usize = (channels & -4) << 2;
  const rest = channels & 3;
  let from = input;
  let to = output;
  let skip = residual;
  for (let n = 0; n < batch; n++) {
    const means = mean + n * channelBytes;
    const rstds = rstd + n * channelBytes;
    statistics(from, pixels, channels, epsilon, means, rstds);
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
