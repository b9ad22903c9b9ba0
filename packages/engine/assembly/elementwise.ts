import { activateLanes } from "./activation";
import { loadFirst, storeFirst } from "./simd";

/**
 * Applies an activation (0 none, 1 relu, 2 leaky relu with `slope`, 3 tanh, 4 sigmoid) to `count` floats;
 * `output` may be `input`.
 */
export function activate(input: usize, output: usize, count: i32, activation: i32, slope: f32): void {
  const slopes = f32x4.splat(slope);
  const end = input + ((count & -4) << 2);
  let from = input;
  let to = output;
  for (; from < end; from += 16, to += 16) v128.store(to, activateLanes(v128.load(from), activation, slopes));
  const rest = count & 3;
  if (rest) storeFirst(to, activateLanes(loadFirst(from, rest), activation, slopes), rest);
}

/** Adds `count` floats of `a` and `b`; `output` may be either. */
export function add(a: usize, b: usize, output: usize, count: i32): void {
  const bytes: usize = (count & -4) << 2;
  for (let i: usize = 0; i < bytes; i += 16)
    v128.store(output + i, f32x4.add(v128.load(a + i), v128.load(b + i)));
  const rest = count & 3;
  if (rest)
    storeFirst(output + bytes, f32x4.add(loadFirst(a + bytes, rest), loadFirst(b + bytes, rest)), rest);
}

/** Adds `bias` [channels] to each of the pixels of `input` [pixels, channels], then activates; `output` may be `input`. */
export function biasAdd(
  input: usize,
  bias: usize,
  output: usize,
  pixels: i32,
  channels: i32,
  activation: i32,
  slope: f32,
): void {
  const slopes = f32x4.splat(slope);
  const whole: usize = (channels & -4) << 2;
  const rest = channels & 3;
  const pixelBytes: usize = channels << 2;
  let from = input;
  let to = output;
  for (let p = 0; p < pixels; p++, from += pixelBytes, to += pixelBytes) {
    for (let b: usize = 0; b < whole; b += 16) {
      v128.store(
        to + b,
        activateLanes(f32x4.add(v128.load(from + b), v128.load(bias + b)), activation, slopes),
      );
    }
    if (rest) {
      const sum = f32x4.add(loadFirst(from + whole, rest), loadFirst(bias + whole, rest));
      storeFirst(to + whole, activateLanes(sum, activation, slopes), rest);
    }
  }
}
