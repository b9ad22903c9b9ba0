import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type ImageShape, inputOf } from "../../kernel-call.ts";
import type { WebgpuKernel } from "../kernel.ts";
import { ELEMENTWISE_THREADS, release, runProgram } from "../program.ts";
import { channelSums } from "./channel-sums.ts";
import type { Slices } from "./slices.ts";

/** Mean and sum of squared deviations of each slice; taken around the slice's first pixel, so that nothing cancels. */
const moments = `
fn at(image : i32, pixel : i32, channel : i32) -> i32 {
  return (image * uniforms.pixels + pixel) * uniforms.channels + channel;
}
fn term(image : i32, pixel : i32, channel : i32) -> vec2<f32> {
  let shifted = x[at(image, pixel, channel)] - x[at(image, firstPixel, channel)];
  return vec2<f32>(shifted, shifted * shifted);
}
fn finish(sum : vec2<f32>, image : i32, pixels : i32, channel : i32) -> vec2<f32> {
  let shift = sum.x / f32(pixels);
  return vec2<f32>(x[at(image, firstPixel, channel)] + shift, max(sum.y - sum.x * shift, 0.0));
}
`;

/** Walks the slices of the channel that element \`index\` stands for. */
const overSlices = (statement: string) => `
  let first = index / uniforms.channels * uniforms.slices;
  for (var slice = 0; slice < uniforms.slices; slice++) {
    let pixels = f32(min(uniforms.slicePixels, uniforms.pixels - slice * uniforms.slicePixels));
    let at = 2 * ((first + slice) * uniforms.channels + index % uniforms.channels);
    ${statement}
  }`;

const mean = `
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  var sum = 0.0;
  ${overSlices("sum += pixels * parts[at];")}
  result[index] = sum / f32(uniforms.pixels);
}
`;

/** The slices' deviations are brought to the common mean as in the parallel algorithm of Chan, Golub and LeVeque. */
const reciprocalDeviation = `
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  var sum = 0.0;
  ${overSlices(`let distance = parts[at] - mean[index];
    sum += parts[at + 1] + pixels * distance * distance;`)}
  result[index] = 1.0 / sqrt(sum / f32(uniforms.pixels) + uniforms.epsilon);
}
`;

const normalise = `
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let channel = index / (uniforms.pixels * uniforms.channels) * uniforms.channels + index % uniforms.channels;
  result[index] = (x[index] - mean[channel]) * reciprocalDeviation[channel];
}
`;

/** `InstanceNorm({ x }, { epsilon })` → [y, mean, reciprocal deviation], the last two `[batch, 1, 1, channels]`. */
export const instanceNorm: WebgpuKernel = {
  name: "InstanceNorm",
  run(call) {
    const { backend } = call;
    const x = inputOf(call, "x");
    const [batch, height, width, channels] = x.shape as unknown as ImageShape;
    const { epsilon } = call.attrs as { epsilon: number };
    const pixels = height * width;
    const { parts, slices } = channelSums(backend, {
      key: "moments",
      source: moments,
      finished: true,
      width: 2,
      inputs: { x },
      images: batch,
      pixels,
      channels,
    });
    const shape = [batch, 1, 1, channels];
    const means = combine(backend, "mean", mean, { parts }, shape, slices, pixels);
    const deviations = combine(
      backend,
      "reciprocalDeviation",
      reciprocalDeviation,
      { parts, mean: means },
      shape,
      slices,
      pixels,
      { epsilon },
    );
    release(backend, parts);
    const y = runProgram(backend, {
      key: "normalise",
      source: normalise,
      inputs: { x, mean: means, reciprocalDeviation: deviations },
      outputShape: x.shape,
      integers: { pixels, channels },
      threads: ELEMENTWISE_THREADS,
    });
    return [y, means, deviations];
  },
};

function combine(
  backend: WebGPUBackend,
  key: string,
  source: string,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  outputShape: readonly number[],
  { count, length }: Slices,
  pixels: number,
  floats: Readonly<Record<string, number>> = {},
): tf.TensorInfo {
  return runProgram(backend, {
    key,
    source,
    inputs,
    outputShape,
    integers: { pixels, channels: outputShape.at(-1)!, slices: count, slicePixels: length },
    floats,
    threads: ELEMENTWISE_THREADS,
  });
}
