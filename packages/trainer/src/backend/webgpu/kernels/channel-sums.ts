import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { runProgram } from "../program.ts";
import { cut, type Slices } from "./slices.ts";

/** Sums over the pixels of images, a sum or a pair of them for each channel. */
export interface ChannelSums {
  readonly key: string;
  /**
   * `fn term(image : i32, pixel : i32, channel : i32) -> T` with T `f32` or `vec2<f32>` by `width`, which finds the first
   * pixel of its slice in `firstPixel`; and, where `finished`, `fn finish(sum : T, image : i32, pixels : i32, channel : i32) -> T`.
   */
  readonly source: string;
  readonly finished?: boolean;
  readonly width: 1 | 2;
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly integers?: Readonly<Record<string, number>>;
  readonly images: number;
  readonly pixels: number;
  readonly channels: number;
}

const THREADS = 256;

/** Pixels that each thread adds up at least. */
const SHORTEST_COLUMN = 8;

/** Computes the sums of slices of the pixels: `[images, slices, channels, width]`. Deterministic. */
export function channelSums(
  backend: WebGPUBackend,
  { key, source, finished = false, width, inputs, integers, images, pixels, channels }: ChannelSums,
): { readonly parts: tf.TensorInfo; readonly slices: Slices } {
  // Neighbouring threads read neighbouring channels, and where there are few, neighbouring pixels too.
  let lanes = 1;
  while (lanes < channels && lanes < 64) lanes *= 2;
  const lines = THREADS / lanes;
  const blocks = Math.ceil(channels / lanes);
  const slices = cut(pixels, blocks * images, lines, lines * SHORTEST_COLUMN);
  const parts = runProgram(backend, {
    key: `channelSums ${key}`,
    source: sumsSource(source, width, finished),
    inputs,
    outputShape: [images, slices.count, channels, width],
    integers: { ...integers, pixels, channels, lanes, slices: slices.count, slicePixels: slices.length },
    threads: THREADS,
    groups: [blocks, slices.count, images],
  });
  return { parts, slices };
}

function sumsSource(source: string, width: 1 | 2, finished: boolean): string {
  const type = width === 1 ? "f32" : "vec2<f32>";
  return `
var<private> firstPixel : i32;
var<workgroup> sums : array<${type}, ${THREADS}>;

${source}

fn main() {
  let thread = i32(localIndex);
  let lines = ${THREADS} / uniforms.lanes;
  let line = thread / uniforms.lanes;
  let channel = i32(workgroupId.x) * uniforms.lanes + thread % uniforms.lanes;
  let slice = i32(workgroupId.y);
  let image = i32(workgroupId.z);
  firstPixel = slice * uniforms.slicePixels;
  let end = min(firstPixel + uniforms.slicePixels, uniforms.pixels);
  var sum = ${type}(0.0);
  if (channel < uniforms.channels) {
    for (var pixel = firstPixel + line; pixel < end; pixel += lines) {
      sum += term(image, pixel, channel);
    }
  }
  sums[thread] = sum;
  workgroupBarrier();
  for (var half = lines / 2; half > 0; half /= 2) {
    if (line < half) { sums[thread] += sums[thread + half * uniforms.lanes]; }
    workgroupBarrier();
  }
  if (line == 0 && channel < uniforms.channels) {
    let total = ${finished ? "finish(sums[thread], image, end - firstPixel, channel)" : "sums[thread]"};
    let at = (image * uniforms.slices + slice) * uniforms.channels + channel;
    ${width === 1 ? "result[at] = total;" : "result[2 * at] = total.x;\n    result[2 * at + 1] = total.y;"}
  }
}
`;
}
