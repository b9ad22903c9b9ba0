import * as tf from "@tensorflow/tfjs";
import { elementCount, inputOf } from "../../kernel-call.ts";
import type { WebgpuKernel } from "../kernel.ts";
import { channelSums } from "./channel-sums.ts";
import { sumSlices } from "./sum-slices.ts";

const source = `
fn term(image : i32, pixel : i32, channel : i32) -> f32 {
  return x[pixel * uniforms.channels + channel];
}
`;

/** Sum over leading axes, as a bias's gradient needs it; the stock kernel transposes the whole tensor first. */
export const columnSum: WebgpuKernel = {
  name: tf.Sum,
  run(call) {
    const { backend } = call;
    const x = inputOf(call, "x");
    const { axis, keepDims } = call.attrs as unknown as tf.SumAttrs;
    const axes = tf.util.parseAxisParam(axis, x.shape).toSorted((a, b) => a - b);
    const leading = axes.length < x.shape.length && axes.every((axis, index) => axis === index);
    if (!leading || axes.length === 0 || x.dtype !== "float32" || elementCount(x.shape) === 0)
      return undefined;
    const kept = x.shape.slice(axes.length);
    const channels = elementCount(kept);
    const { parts, slices } = channelSums(backend, {
      key: "columnSum",
      source,
      width: 1,
      inputs: { x },
      images: 1,
      pixels: elementCount(x.shape) / channels,
      channels,
    });
    return sumSlices(backend, parts, slices.count, 1, keepDims ? [...axes.map(() => 1), ...kept] : kept);
  },
};
