import fc from "fast-check";
import type { JsonNode } from "../graph-files.ts";
import { activated, biasAdd, conv2d, depthwiseConv2d, transposedConv2d } from "./convolutions.ts";
import { add, alone, concat, identity, mirrorPad, placeholder, resizeNearest, skip } from "./images.ts";
import { instanceNorm } from "./instance-norm.ts";
import { float, type OpCases } from "./op-case.ts";

/** An activation by itself and behind a convolution. */
function activations(op: string): OpCases {
  const node = (name: string, input: string, alpha: number): JsonNode => ({
    name,
    op,
    input: [input],
    attr: op === "LeakyRelu" ? { ...float, alpha: { f: Math.fround(alpha) } } : float,
  });
  return fc.oneof(alone(node), activated(node));
}

/** Transposed convolutions and resizes whose output size the graph computes from its input's. */
const computedSizes = fc
  .oneof(transposedConv2d, resizeNearest)
  .filter(({ nodes }) => nodes.some(({ op }) => op === "Shape"));

/** Models in which an op occurs, by the op; what an op means by itself it means in all of them. */
export const opCases: Readonly<Record<string, OpCases>> = {
  Placeholder: placeholder,
  Const: fc.oneof(conv2d, biasAdd),
  Identity: identity,
  Conv2D: conv2d,
  DepthwiseConv2dNative: depthwiseConv2d,
  Conv2DBackpropInput: transposedConv2d,
  BiasAdd: biasAdd,
  MirrorPad: mirrorPad,
  ResizeNearestNeighbor: resizeNearest,
  ConcatV2: fc.oneof(concat, skip),
  AddV2: fc.oneof(add, instanceNorm),
  Relu: activations("Relu"),
  LeakyRelu: activations("LeakyRelu"),
  Tanh: activations("Tanh"),
  Sigmoid: activations("Sigmoid"),
  Mean: instanceNorm,
  SquaredDifference: instanceNorm,
  Rsqrt: instanceNorm,
  Sub: instanceNorm,
  Mul: fc.oneof(instanceNorm, computedSizes),
  Shape: computedSizes,
  Slice: computedSizes,
};
