import { type ImageShape, inputOf } from "../../kernel-call.ts";
import type { WebgpuKernel } from "../kernel.ts";
import { ELEMENTWISE_THREADS, release, runProgram } from "../program.ts";
import { channelSums } from "./channel-sums.ts";
import { sumSlices } from "./sum-slices.ts";

const projections = `
fn term(image : i32, pixel : i32, channel : i32) -> vec2<f32> {
  let at = (image * uniforms.pixels + pixel) * uniforms.channels + channel;
  return vec2<f32>(dy[at], dy[at] * y[at]);
}
`;

const gradient = `
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let channel = index / (uniforms.pixels * uniforms.channels) * uniforms.channels + index % uniforms.channels;
  let mean = sums[2 * channel] / f32(uniforms.pixels);
  let projection = sums[2 * channel + 1] / f32(uniforms.pixels);
  result[index] = reciprocalDeviation[channel] * (dy[index] - mean - y[index] * projection);
}
`;

/** `InstanceNormGrad({ dy, y, reciprocalDeviation })` → gradient of the norm's input. */
export const instanceNormGradient: WebgpuKernel = {
  name: "InstanceNormGrad",
  run(call) {
    const { backend } = call;
    const dy = inputOf(call, "dy");
    const y = inputOf(call, "y");
    const reciprocalDeviation = inputOf(call, "reciprocalDeviation");
    const [batch, height, width, channels] = dy.shape as unknown as ImageShape;
    const pixels = height * width;
    const { parts, slices } = channelSums(backend, {
      key: "projections",
      source: projections,
      width: 2,
      inputs: { dy, y },
      images: batch,
      pixels,
      channels,
    });
    const sums = sumSlices(backend, parts, slices.count, batch, [batch, channels, 2]);
    const dx = runProgram(backend, {
      key: "instanceNormGradient",
      source: gradient,
      inputs: { dy, y, reciprocalDeviation, sums },
      outputShape: dy.shape,
      integers: { pixels, channels },
      threads: ELEMENTWISE_THREADS,
    });
    release(backend, sums);
    return dx;
  },
};
