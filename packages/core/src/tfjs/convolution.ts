import * as tf from "@tensorflow/tfjs-core";
import type { ConvNode, DepthwiseConvNode, TransposedConvNode } from "../network/spec.ts";
import { reflectionPad } from "./reflection-pad.ts";

type Explicit = [[number, number], [number, number], [number, number], [number, number]];

/** Convolution of an NHWC tensor by an HWIO kernel, padded as the node says. */
export function conv(node: ConvNode, x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const { input, pad, rounding } = padded(node, x);
  return tf.conv2d(input, kernel, node.stride, pad, "NHWC", 1, rounding);
}

/** Depthwise convolution of an NHWC tensor by a `[size, size, channels, 1]` kernel, padded as the node says. */
export function depthwiseConv(node: DepthwiseConvNode, x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const { input, pad, rounding } = padded(node, x);
  return tf.depthwiseConv2d(input, kernel, node.stride, pad, "NHWC", 1, rounding);
}

/** PyTorch's `ConvTranspose2d` of an NHWC tensor by a `[size, size, filters, channels]` kernel. */
export function transposedConv(node: TransposedConvNode, x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const { stride, padding, outputPadding, size, filters } = node;
  const side = (length: number) => (length - 1) * stride - 2 * padding + size + outputPadding;
  const [batch, height, width] = x.shape;
  const shape: [number, number, number, number] = [batch, side(height), side(width), filters];
  return tf.conv2dTranspose(x, kernel, shape, stride, transposedPaddings(node));
}

/** Explicit paddings of the forward convolution whose input gradient a transposed convolution is. */
function transposedPaddings({ padding, outputPadding }: TransposedConvNode): Explicit {
  // Output padding adds rows at the far end only, which takes that much off the far side's padding.
  const sides: [number, number] = [padding, padding - outputPadding];
  return [[0, 0], sides, sides, [0, 0]];
}

interface Padded {
  readonly input: tf.Tensor4D;
  readonly pad: "valid" | number;
  /** tfjs wants a rounding for paddings in pixels and refuses one for named paddings. */
  readonly rounding?: "floor";
}

function padded({ padding: { mode, pixels } }: ConvNode | DepthwiseConvNode, x: tf.Tensor4D): Padded {
  if (pixels === 0) return { input: x, pad: "valid" };
  if (mode === "reflect") return { input: reflectionPad(x, pixels), pad: "valid" };
  return { input: x, pad: pixels, rounding: "floor" };
}
