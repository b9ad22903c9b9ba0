import * as tf from "@tensorflow/tfjs";
import { coveredConvolution } from "../../covered-convolution.ts";
import { inputOf } from "../../kernel-call.ts";
import type { TensorflowKernel } from "../kernel.ts";
import { convAttributes } from "./convolution.ts";
import { padding } from "./padding.ts";

const depthwiseConv2d: TensorflowKernel = {
  name: tf.DepthwiseConv2dNative,
  run(call, operations) {
    const x = inputOf(call, "x");
    const filter = inputOf(call, "filter");
    const info = coveredConvolution(call, x.shape, filter.shape, true);
    if (!info) return undefined;
    return operations.run((scope) => {
      const { input, op } = scope;
      const around = padding(info);
      const padded = around.pad(scope, input(x));
      return op("DepthwiseConv2dNative", [padded, input(filter)], convAttributes(info, around));
    });
  },
};

const depthwiseBackpropInput: TensorflowKernel = {
  name: tf.DepthwiseConv2dNativeBackpropInput,
  run(call, operations) {
    const dy = inputOf(call, "dy");
    const filter = inputOf(call, "filter");
    const { inputShape } = call.attrs as unknown as tf.DepthwiseConv2dNativeBackpropInputAttrs;
    const info = coveredConvolution(call, inputShape, filter.shape, true);
    if (!info) return undefined;
    return operations.run((scope) => {
      const { input, integers, op } = scope;
      const around = padding(info);
      const inputs = [integers(around.paddedShape), input(filter), input(dy)];
      return around.cut(
        scope,
        op("DepthwiseConv2dNativeBackpropInput", inputs, convAttributes(info, around)),
      );
    });
  },
};

const depthwiseBackpropFilter: TensorflowKernel = {
  name: tf.DepthwiseConv2dNativeBackpropFilter,
  run(call, operations) {
    const x = inputOf(call, "x");
    const dy = inputOf(call, "dy");
    const { filterShape } = call.attrs as unknown as tf.DepthwiseConv2dNativeBackpropFilterAttrs;
    const info = coveredConvolution(call, x.shape, filterShape, true);
    if (!info) return undefined;
    return operations.run((scope) => {
      const { input, integers, op } = scope;
      const around = padding(info);
      const inputs = [around.pad(scope, input(x)), integers(filterShape), input(dy)];
      return op("DepthwiseConv2dNativeBackpropFilter", inputs, convAttributes(info, around));
    });
  },
};

/** Depthwise convolution and its two gradients. */
export const depthwiseKernels: readonly TensorflowKernel[] = [
  depthwiseConv2d,
  depthwiseBackpropInput,
  depthwiseBackpropFilter,
];
