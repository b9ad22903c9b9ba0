import * as tf from "@tensorflow/tfjs";
import { inputOf, type KernelCall, type TensorflowKernel } from "../kernel.ts";
import type { Attributes, Scope, Value } from "../operations.ts";
import { type Padding, padding } from "./padding.ts";

type ConvInfo = tf.backend_util.Conv2DInfo;

/** Shape of a convolution these kernels cover, or undefined: NHWC and undilated. */
export function coveredConvInfo(
  { attrs }: KernelCall,
  inputShape: readonly number[],
  filterShape: readonly number[],
  depthwise = false,
): ConvInfo | undefined {
  const { strides, pad, dataFormat, dimRoundingMode, dilations } = attrs as unknown as tf.Conv2DAttrs;
  const info = tf.backend_util.computeConv2DInfo(
    inputShape as ConvInfo["inShape"],
    filterShape as ConvInfo["inShape"],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
    tf.backend_util.convertConv2DDataFormat(dataFormat ?? "NHWC"),
  );
  const covered =
    info.dataFormat === "channelsLast" &&
    info.dilationHeight === 1 &&
    info.dilationWidth === 1 &&
    info.outHeight > 0 &&
    info.outWidth > 0;
  return covered ? info : undefined;
}

/** Attributes of a convolution op under a named padding. */
export function convAttributes({ strideHeight, strideWidth }: ConvInfo, { name }: Padding): Attributes {
  return {
    T: "float",
    strides: [1, strideHeight, strideWidth, 1],
    dilations: [1, 1, 1, 1],
    data_format: "NHWC",
    padding: name,
  };
}

const conv2d: TensorflowKernel = {
  name: tf.Conv2D,
  run(call, operations) {
    const x = inputOf(call, "x");
    const filter = inputOf(call, "filter");
    const info = coveredConvInfo(call, x.shape, filter.shape);
    if (!info) return undefined;
    return operations.run((scope) => {
      const around = padding(info);
      const padded = around.pad(scope, scope.input(x));
      return scope.op("Conv2D", [padded, scope.input(filter)], convAttributes(info, around));
    });
  },
};

/** Input gradient of a convolution, which tfjs also calls for the transposed convolution itself. */
const conv2dBackpropInput: TensorflowKernel = {
  name: tf.Conv2DBackpropInput,
  run(call, operations) {
    const dy = inputOf(call, "dy");
    const filter = inputOf(call, "filter");
    const { inputShape } = call.attrs as unknown as tf.Conv2DBackpropInputAttrs;
    const info = coveredConvInfo(call, inputShape, filter.shape);
    if (!info) return undefined;
    return operations.run((scope) => {
      const { input, integers, op } = scope;
      const around = padding(info);
      const shape = integers(around.paddedShape);
      const attributes = convAttributes(info, around);
      const dx = hasCheapRotation(info)
        ? inputGradientByRotation(scope, info, around, input(dy), input(filter))
        : op("Conv2DBackpropInput", [shape, input(filter), input(dy)], attributes);
      return around.cut(scope, dx);
    });
  },
};

const conv2dBackpropFilter: TensorflowKernel = {
  name: tf.Conv2DBackpropFilter,
  run(call, operations) {
    const x = inputOf(call, "x");
    const dy = inputOf(call, "dy");
    const { filterShape } = call.attrs as unknown as tf.Conv2DBackpropFilterAttrs;
    const info = coveredConvInfo(call, x.shape, filterShape);
    if (!info) return undefined;
    return operations.run((scope) => {
      const { input, integers, op } = scope;
      const around = padding(info);
      const padded = around.pad(scope, input(x));
      const attributes = convAttributes(info, around);
      return op("Conv2DBackpropFilter", [padded, integers(info.filterShape), input(dy)], attributes);
    });
  },
};

/** A large kernel with a handful of outputs at stride 1: there TensorFlow's own input gradient is slow without oneDNN. */
function hasCheapRotation(info: ConvInfo): boolean {
  const { outChannels, filterHeight, filterWidth, strideHeight, strideWidth } = info;
  return outChannels <= 4 && filterHeight * filterWidth >= 16 && strideHeight === 1 && strideWidth === 1;
}

/** The input gradient as what it is at stride 1: a full convolution of dy by the kernel turned by half a turn. */
function inputGradientByRotation(
  { op, integers }: Scope,
  info: ConvInfo,
  { paddedShape }: Padding,
  dy: Value,
  filter: Value,
): Value {
  const { filterHeight, filterWidth, outHeight, outWidth } = info;
  const [, height, width] = paddedShape;
  const turned = op("ReverseV2", [filter, integers([0, 1])], { T: "float", Tidx: "int32" });
  const swapped = op("Transpose", [turned, integers([0, 1, 3, 2])], { T: "float", Tperm: "int32" });
  const far = [height - outHeight, width - outWidth] as const;
  const full = op(
    "Pad",
    [dy, integers([0, 0, filterHeight - 1, far[0], filterWidth - 1, far[1], 0, 0], [4, 2])],
    { T: "float", Tpaddings: "int32" },
  );
  return op("Conv2D", [full, swapped], convAttributes(info, { name: "VALID" } as Padding));
}

/** Convolution and its two gradients. */
export const convolutionKernels: readonly TensorflowKernel[] = [
  conv2d,
  conv2dBackpropInput,
  conv2dBackpropFilter,
];
