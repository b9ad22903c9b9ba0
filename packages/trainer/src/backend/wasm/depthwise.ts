import * as tf from "@tensorflow/tfjs";
import { inputOf } from "../kernel-call.ts";
import { coveredConvInfo } from "./convolution.ts";
import type { WasmKernel } from "./kernel.ts";

const depthwiseConv2d: WasmKernel = {
  name: tf.DepthwiseConv2dNative,
  run(call, { kernels, address, output, scratch }) {
    const x = inputOf(call, "x");
    const filter = inputOf(call, "filter");
    const info = coveredConvInfo(call, x.shape, filter.shape, true);
    if (!info) return undefined;
    const { filterHeight, filterWidth, inChannels, strideHeight, outHeight, outWidth } = info;
    const y = output(info.outShape);
    const [packed, work] = scratch(
      kernels.packedDepthwiseConv2dBytes(filterHeight, filterWidth, inChannels),
      kernels.conv2dScratchBytes(filterHeight, filterWidth, inChannels, strideHeight, outHeight, outWidth),
    );
    kernels.packDepthwiseConv2d(address(filter), 0, filterHeight, filterWidth, inChannels, packed);
    kernels.depthwiseConv2d(
      address(x),
      info.batchSize,
      info.inHeight,
      info.inWidth,
      inChannels,
      packed,
      filterHeight,
      filterWidth,
      strideHeight,
      info.padInfo.top,
      info.padInfo.left,
      0,
      address(y),
      outHeight,
      outWidth,
      0,
      0,
      work,
    );
    return y;
  },
};

const depthwiseBackpropInput: WasmKernel = {
  name: tf.DepthwiseConv2dNativeBackpropInput,
  run(call, { kernels, address, output, scratch }) {
    const dy = inputOf(call, "dy");
    const filter = inputOf(call, "filter");
    const { inputShape } = call.attrs as unknown as tf.DepthwiseConv2dNativeBackpropInputAttrs;
    const info = coveredConvInfo(call, inputShape, filter.shape, true);
    if (!info) return undefined;
    const { filterHeight, filterWidth, inChannels, strideHeight } = info;
    const { top, left } = info.padInfo;
    const dx = output(info.inShape);
    const [packed, work] = scratch(
      kernels.packedDepthwiseInputGradientBytes(filterHeight, filterWidth, inChannels, strideHeight),
      kernels.transposedConv2dScratchBytes(filterHeight, filterWidth, inChannels),
    );
    kernels.packDepthwiseInputGradient(
      address(filter),
      filterHeight,
      filterWidth,
      inChannels,
      strideHeight,
      top,
      left,
      packed,
    );
    kernels.depthwiseInputGradient(
      address(dy),
      info.batchSize,
      info.outHeight,
      info.outWidth,
      inChannels,
      packed,
      filterHeight,
      filterWidth,
      strideHeight,
      top,
      left,
      address(dx),
      info.inHeight,
      info.inWidth,
      work,
    );
    return dx;
  },
};

const depthwiseBackpropFilter: WasmKernel = {
  name: tf.DepthwiseConv2dNativeBackpropFilter,
  run(call, { kernels, address, output, scratch }) {
    const x = inputOf(call, "x");
    const dy = inputOf(call, "dy");
    const { filterShape } = call.attrs as unknown as tf.DepthwiseConv2dNativeBackpropFilterAttrs;
    const info = coveredConvInfo(call, x.shape, filterShape, true);
    if (!info) return undefined;
    const { filterHeight, filterWidth, inChannels, strideHeight, outHeight, outWidth } = info;
    const gradient = output(info.filterShape);
    const [work] = scratch(
      kernels.depthwiseFilterGradientScratchBytes(
        filterHeight,
        filterWidth,
        inChannels,
        strideHeight,
        outHeight,
        outWidth,
      ),
    );
    kernels.depthwiseFilterGradient(
      address(x),
      info.batchSize,
      info.inHeight,
      info.inWidth,
      inChannels,
      address(dy),
      filterHeight,
      filterWidth,
      strideHeight,
      info.padInfo.top,
      info.padInfo.left,
      outHeight,
      outWidth,
      address(gradient),
      work,
    );
    return gradient;
  },
};

/** Depthwise convolution (one filter per channel) and its two gradients. */
export const depthwiseKernels: readonly WasmKernel[] = [
  depthwiseConv2d,
  depthwiseBackpropInput,
  depthwiseBackpropFilter,
];
