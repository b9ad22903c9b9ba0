import * as tf from "@tensorflow/tfjs";
import { inputOf } from "../../kernel-call.ts";
import type { WebgpuKernel } from "../kernel.ts";
import { channelSums } from "./channel-sums.ts";
import { coveredConv } from "./conv-shape.ts";
import { sumSlices } from "./sum-slices.ts";

/** The taps of the filter take the place of images: each has a sum over all output pixels for each channel. */
const source = `
fn term(tap : i32, pixel : i32, channel : i32) -> f32 {
  let position = vec2<i32>(pixel / uniforms.outWidth % uniforms.outHeight, pixel % uniforms.outWidth)
    * vec2<i32>(uniforms.strideY, uniforms.strideX)
    + vec2<i32>(tap / uniforms.kernelWidth - uniforms.top, tap % uniforms.kernelWidth - uniforms.left);
  if (any(position < vec2<i32>(0)) || any(position >= vec2<i32>(uniforms.height, uniforms.width))) { return 0.0; }
  let image = pixel / (uniforms.outWidth * uniforms.outHeight);
  let at = (image * uniforms.height + position.x) * uniforms.width + position.y;
  return x[at * uniforms.channels + channel] * dy[pixel * uniforms.channels + channel];
}
`;

/** Filter gradient of a depthwise convolution; the stock kernel computes each of its elements on one thread. */
export const depthwiseFilterGradient: WebgpuKernel = {
  name: tf.DepthwiseConv2dNativeBackpropFilter,
  run(call) {
    const { backend } = call;
    const x = inputOf(call, "x");
    const dy = inputOf(call, "dy");
    const { filterShape } = call.attrs as unknown as tf.DepthwiseConv2dNativeBackpropFilterAttrs;
    const numbers = coveredConv(call, x.shape, filterShape, true);
    if (!numbers) return undefined;
    const { batch, height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth } = numbers;
    const { strideY, strideX, top, left } = numbers;
    const taps = kernelHeight * kernelWidth;
    const { parts, slices } = channelSums(backend, {
      key: "depthwiseFilterGradient",
      source,
      width: 1,
      inputs: { x, dy },
      integers: { height, width, outHeight, outWidth, kernelWidth, strideY, strideX, top, left },
      images: taps,
      pixels: batch * outHeight * outWidth,
      channels,
    });
    return sumSlices(backend, parts, slices.count, taps, filterShape);
  },
};
