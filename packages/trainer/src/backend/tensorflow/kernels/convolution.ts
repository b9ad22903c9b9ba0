import * as tf from "@tensorflow/tfjs";
import { coveredConvolution } from "../../covered-convolution.ts";
import { inputOf } from "../../kernel-call.ts";
import type { TensorflowKernel } from "../kernel.ts";
import type { Attributes } from "../operations.ts";
import {
  convByColumns,
  filterGradientByColumns,
  inputGradientByRotation,
  suitsColumns,
  suitsRotation,
} from "./few-outputs.ts";
import { type Padding, padding } from "./padding.ts";

type ConvInfo = tf.backend_util.Conv2DInfo;

/** Attributes of a convolution op under a named padding. */
export function convAttributes(
  { strideHeight, strideWidth }: ConvInfo,
  { name }: Pick<Padding, "name">,
): Attributes {
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
    const info = coveredConvolution(call, x.shape, filter.shape);
    if (!info) return undefined;
    return operations.run((scope) => {
      const { gpu, input, op } = scope;
      if (!gpu && suitsColumns(info)) return convByColumns(scope, info, input(x), input(filter));
      const around = padding(info);
      return op("Conv2D", [around.pad(scope, input(x)), input(filter)], convAttributes(info, around));
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
    const info = coveredConvolution(call, inputShape, filter.shape);
    if (!info) return undefined;
    return operations.run((scope) => {
      const { gpu, input, integers, op } = scope;
      if (!gpu && suitsRotation(info)) return inputGradientByRotation(scope, info, input(dy), input(filter));
      const around = padding(info);
      const inputs = [integers(around.paddedShape), input(filter), input(dy)];
      return around.cut(scope, op("Conv2DBackpropInput", inputs, convAttributes(info, around)));
    });
  },
};

const conv2dBackpropFilter: TensorflowKernel = {
  name: tf.Conv2DBackpropFilter,
  run(call, operations) {
    const x = inputOf(call, "x");
    const dy = inputOf(call, "dy");
    const { filterShape } = call.attrs as unknown as tf.Conv2DBackpropFilterAttrs;
    const info = coveredConvolution(call, x.shape, filterShape);
    if (!info) return undefined;
    return operations.run((scope) => {
      const { gpu, input, integers, op } = scope;
      if (!gpu && suitsColumns(info)) return filterGradientByColumns(scope, info, input(x), input(dy));
      const around = padding(info);
      const inputs = [around.pad(scope, input(x)), integers(info.filterShape), input(dy)];
      return op("Conv2DBackpropFilter", inputs, convAttributes(info, around));
    });
  },
};

/** Convolution and its two gradients. */
export const convolutionKernels: readonly TensorflowKernel[] = [
  conv2d,
  conv2dBackpropInput,
  conv2dBackpropFilter,
];
