import type { Arithmetic, ModelFiles } from "../session-types.ts";
import { forSize } from "./for-size.ts";
import {
  graphFiles,
  integers,
  type JsonConstant,
  type JsonNode,
  text,
  weight,
  windowAttributes,
} from "./graph-files.ts";

/** A model of a few nodes for an image of 12×8×3, and the kernels it makes run. */
export interface KernelModel {
  readonly kernels: readonly string[];
  readonly arithmetic: Arithmetic;
  readonly files: ModelFiles;
}

const bias = weight(8);
const conv: JsonNode[] = [
  { name: "conv", op: "Conv2D", input: ["input", "kernel"], attr: windowAttributes(1, "SAME") },
  { name: "y", op: "BiasAdd", input: ["conv", "bias"] },
];
const convolution = graphFiles(conv, { kernel: weight(3, 3, 3, 8), bias });
/** A second convolution, of eight channels. */
const eights = graphFiles(
  [
    ...conv,
    { name: "second", op: "Conv2D", input: ["y", "square"], attr: windowAttributes(1, "SAME") },
    { name: "z", op: "BiasAdd", input: ["second", "bias"] },
  ],
  { kernel: weight(3, 3, 3, 8), square: weight(3, 3, 8, 8), bias },
);
const upsampling = graphFiles(
  [
    {
      name: "up",
      op: "Conv2DBackpropInput",
      input: ["size", "kernel", "input"],
      attr: { ...windowAttributes(2, "SAME"), T: { type: "DT_FLOAT" } },
    },
    { name: "y", op: "BiasAdd", input: ["up", "bias"] },
  ],
  { kernel: weight(3, 3, 8, 3), bias, size: integers(1, 16, 24, 8) },
);
const depthwise = graphFiles(
  [
    {
      name: "conv",
      op: "DepthwiseConv2dNative",
      input: ["input", "kernel"],
      attr: windowAttributes(1, "SAME"),
    },
    { name: "y", op: "BiasAdd", input: ["conv", "bias"] },
  ],
  { kernel: weight(3, 3, 3, 1), bias: weight(3) },
);
const keepDims = { keep_dims: { b: true } };
/** Every tensor is needed to the end, so that no kernel works in place. */
const withoutPlaceToReuse = graphFiles(
  [
    { name: "tanh", op: "Tanh", input: ["input"] },
    { name: "mean", op: "Mean", input: ["input", "axes"], attr: keepDims },
    { name: "squares", op: "SquaredDifference", input: ["input", "mean"] },
    { name: "variance", op: "Mean", input: ["squares", "axes"], attr: keepDims },
    { name: "shifted", op: "AddV2", input: ["variance", "epsilon"] },
    { name: "rsqrt", op: "Rsqrt", input: ["shifted"] },
    { name: "centred", op: "Sub", input: ["input", "mean"] },
    { name: "norm", op: "Mul", input: ["centred", "rsqrt"] },
    { name: "residual", op: "AddV2", input: ["norm", "tanh"] },
    { name: "sum", op: "AddV2", input: ["tanh", "input"] },
    { name: "x", op: "ConcatV2", input: ["residual", "sum", "axis"] },
    { name: "y", op: "ConcatV2", input: ["x", "tanh", "axis"] },
    { name: "z", op: "ConcatV2", input: ["y", "input", "axis"] },
  ],
  {
    axes: integers(1, 2),
    epsilon: { shape: [], values: Float32Array.of(1e-5) },
    axis: { shape: [], values: Int32Array.of(3) },
  },
);

function one(
  op: string,
  input: string[],
  constants: Record<string, JsonConstant> = {},
  attr = {},
): ModelFiles {
  return graphFiles([{ name: "y", op, input, attr }], constants);
}

const models: readonly KernelModel[] = [
  { kernels: ["conv2d", "packConv2d"], arithmetic: "float", files: convolution },
  { kernels: ["transposedConv2d", "packTransposedConv2d"], arithmetic: "float", files: upsampling },
  { kernels: ["depthwiseConv2d", "packDepthwiseConv2d"], arithmetic: "integer", files: depthwise },
  { kernels: ["integerConv2d", "packIntegerConv2d"], arithmetic: "integer", files: convolution },
  { kernels: ["winogradConv2d", "packWinogradConv2d"], arithmetic: "integer", files: eights },
  {
    kernels: ["integerTransposedConv2d", "packIntegerTransposedConv2d"],
    arithmetic: "integer",
    files: upsampling,
  },
  {
    kernels: ["instanceNorm", "activate", "add", "concatChannels"],
    arithmetic: "integer",
    files: withoutPlaceToReuse,
  },
  {
    kernels: ["mirrorPad"],
    arithmetic: "integer",
    files: one(
      "MirrorPad",
      ["input", "paddings"],
      { paddings: { shape: [4, 2], values: Int32Array.of(0, 0, 3, 2, 1, 4, 0, 0) } },
      { mode: text("REFLECT") },
    ),
  },
  {
    kernels: ["resizeNearest"],
    arithmetic: "integer",
    files: one("ResizeNearestNeighbor", ["input", "size"], { size: integers(16, 36) }),
  },
];

/** For each kernel a model that makes it run, each tensor read to its last value. */
export const kernelModels = models.map(
  ({ files, ...model }): KernelModel => ({ ...model, files: forSize(files, { width: 12, height: 8 }) }),
);
