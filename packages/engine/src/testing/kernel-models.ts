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

const keepDims = { keep_dims: { b: true } };
const norm: JsonNode[] = [
  { name: "mean", op: "Mean", input: ["input", "axes"], attr: keepDims },
  { name: "squares", op: "SquaredDifference", input: ["input", "mean"] },
  { name: "variance", op: "Mean", input: ["squares", "axes"], attr: keepDims },
  { name: "shifted", op: "AddV2", input: ["variance", "epsilon"] },
  { name: "rsqrt", op: "Rsqrt", input: ["shifted"] },
  { name: "centred", op: "Sub", input: ["input", "mean"] },
  { name: "norm", op: "Mul", input: ["centred", "rsqrt"] },
];
const normConstants = {
  axes: integers(1, 2),
  epsilon: { shape: [], values: Float32Array.of(1e-5) },
};

const bias = weight(8);
const convolve = (x: string): JsonNode[] => [
  { name: "conv", op: "Conv2D", input: [x, "kernel"], attr: windowAttributes(1, "SAME") },
  { name: "y", op: "BiasAdd", input: ["conv", "bias"] },
];
const conv = convolve("input");
const convConstants = { kernel: weight(3, 3, 3, 8), bias };
const convolution = graphFiles(conv, convConstants);
const convolutionOfNorm = graphFiles([...norm, ...convolve("norm")], { ...normConstants, ...convConstants });
/** A second convolution, of eight channels. */
const eights = graphFiles(
  [
    ...conv,
    { name: "second", op: "Conv2D", input: ["y", "square"], attr: windowAttributes(1, "SAME") },
    { name: "z", op: "BiasAdd", input: ["second", "bias"] },
  ],
  { kernel: weight(3, 3, 3, 8), square: weight(3, 3, 8, 8), bias },
);
const enlarge = (x: string): JsonNode[] => [
  {
    name: "up",
    op: "Conv2DBackpropInput",
    input: ["size", "kernel", x],
    attr: windowAttributes(2, "SAME"),
  },
  { name: "y", op: "BiasAdd", input: ["up", "bias"] },
];
const upConstants = { kernel: weight(3, 3, 8, 3), bias, size: integers(1, 16, 24, 8) };
const upsampling = graphFiles(enlarge("input"), upConstants);
const upsamplingOfNorm = graphFiles([...norm, ...enlarge("norm")], { ...normConstants, ...upConstants });
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
const depthwiseEights = graphFiles(
  [
    ...conv,
    { name: "z", op: "DepthwiseConv2dNative", input: ["y", "each"], attr: windowAttributes(1, "SAME") },
  ],
  { kernel: weight(3, 3, 3, 8), each: weight(3, 3, 8, 1), bias },
);
/** Every tensor is needed to the end, so that no kernel works in place. */
const residualNodes: JsonNode[] = [
  { name: "tanh", op: "Tanh", input: ["input"] },
  ...norm,
  { name: "residual", op: "AddV2", input: ["norm", "tanh"] },
  { name: "sum", op: "AddV2", input: ["tanh", "input"] },
  { name: "x", op: "ConcatV2", input: ["residual", "sum", "axis"] },
  { name: "y", op: "ConcatV2", input: ["x", "tanh", "axis"] },
  { name: "z", op: "ConcatV2", input: ["y", "input", "axis"] },
];
const residualConstants = { ...normConstants, axis: { shape: [], values: Int32Array.of(3) } };
const withoutPlaceToReuse = graphFiles(residualNodes, residualConstants);
/** The same, with a convolution that takes its bounds from the norm. */
const withoutPlaceToReuseBounded = graphFiles(
  [
    ...residualNodes,
    { name: "conv", op: "Conv2D", input: ["residual", "kernel"], attr: windowAttributes(1, "SAME") },
    { name: "w", op: "ConcatV2", input: ["z", "conv", "axis"] },
  ],
  { ...residualConstants, kernel: weight(3, 3, 3, 8) },
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
  { kernels: ["depthwise3x3"], arithmetic: "integer", files: depthwiseEights },
  { kernels: ["integerConv2d", "packIntegerConv2d"], arithmetic: "integer", files: convolutionOfNorm },
  { kernels: ["winogradConv2d", "packWinogradConv2d"], arithmetic: "integer", files: eights },
  {
    kernels: ["integerTransposedConv2d", "packIntegerTransposedConv2d"],
    arithmetic: "integer",
    files: upsamplingOfNorm,
  },
  {
    kernels: ["integerInstanceNorm", "activate", "add", "concatChannels"],
    arithmetic: "integer",
    files: withoutPlaceToReuseBounded,
  },
  { kernels: ["instanceNorm"], arithmetic: "float", files: withoutPlaceToReuse },
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
