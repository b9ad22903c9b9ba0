import * as tf from "@tensorflow/tfjs";
import { coveredConvolution } from "../covered-convolution.ts";
import { inputOf, type KernelCall } from "../kernel-call.ts";
import type { WasmKernel } from "./kernel.ts";

/** No activation, and zeros outside the image, in the kernels' codes. */
const NO_ACTIVATION = 0;
const ZERO_PADDING = 0;

/** Shape of a convolution the kernels cover, or undefined: one stride for both axes, and a depthwise filter per channel. */
export function coveredConvInfo(
  call: KernelCall,
  inputShape: number[],
  filterShape: number[],
  depthwise: boolean,
): tf.backend_util.Conv2DInfo | undefined {
  const info = coveredConvolution(call, inputShape, filterShape, depthwise);
  if (!info || info.strideHeight !== info.strideWidth) return undefined;
  return depthwise && info.outChannels !== info.inChannels ? undefined : info;
}

/** Convolution; the filter is packed anew in each call, because training changes it in each step. */
const conv2d: WasmKernel = {
  name: tf.Conv2D,
  run(call, { kernels, address, output, scratch }) {
    const x = inputOf(call, "x");
    const filter = inputOf(call, "filter");
    const info = coveredConvInfo(call, x.shape, filter.shape, false);
    if (!info) return undefined;
    const { filterHeight, filterWidth, inChannels, outChannels, strideHeight, outHeight, outWidth } = info;
    const y = output(info.outShape);
    const [packed, work] = scratch(
      kernels.packedConv2dBytes(filterHeight, filterWidth, inChannels, outChannels),
      kernels.conv2dScratchBytes(filterHeight, filterWidth, inChannels, strideHeight, outHeight, outWidth),
    );
    kernels.packConv2d(address(filter), 0, filterHeight, filterWidth, inChannels, outChannels, packed);
    kernels.conv2d(
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
      ZERO_PADDING,
      address(y),
      outHeight,
      outWidth,
      outChannels,
      NO_ACTIVATION,
      0,
      work,
    );
    return y;
  },
};

/** Input gradient of a convolution, which tfjs also calls for the transposed convolution itself. */
const conv2dBackpropInput: WasmKernel = {
  name: tf.Conv2DBackpropInput,
  run(call, { kernels, address, output, scratch }) {
    const dy = inputOf(call, "dy");
    const filter = inputOf(call, "filter");
    const { inputShape } = call.attrs as unknown as tf.Conv2DBackpropInputAttrs;
    const info = coveredConvInfo(call, inputShape, filter.shape, false);
    if (!info) return undefined;
    const { filterHeight, filterWidth, inChannels, outChannels, strideHeight } = info;
    const { top, left } = info.padInfo;
    const dx = output(info.inShape);
    const [packed, work] = scratch(
      kernels.packedTransposedConv2dBytes(filterHeight, filterWidth, outChannels, inChannels, strideHeight),
      kernels.transposedConv2dScratchBytes(filterHeight, filterWidth, outChannels),
    );
    kernels.packTransposedConv2d(
      address(filter),
      0,
      filterHeight,
      filterWidth,
      outChannels,
      inChannels,
      strideHeight,
      top,
      left,
      packed,
    );
    kernels.transposedConv2d(
      address(dy),
      info.batchSize,
      info.outHeight,
      info.outWidth,
      outChannels,
      packed,
      filterHeight,
      filterWidth,
      strideHeight,
      top,
      left,
      address(dx),
      info.inHeight,
      info.inWidth,
      inChannels,
      NO_ACTIVATION,
      0,
      work,
    );
    return dx;
  },
};

const conv2dBackpropFilter: WasmKernel = {
  name: tf.Conv2DBackpropFilter,
  run(call, { kernels, address, output, scratch }) {
    const x = inputOf(call, "x");
    const dy = inputOf(call, "dy");
    const { filterShape } = call.attrs as unknown as tf.Conv2DBackpropFilterAttrs;
    const info = coveredConvInfo(call, x.shape, filterShape, false);
    if (!info) return undefined;
    const { filterHeight, filterWidth, inChannels, outChannels, strideHeight, outHeight, outWidth } = info;
    const gradient = output(info.filterShape);
    const [work] = scratch(
      kernels.conv2dFilterGradientScratchBytes(
        filterHeight,
        filterWidth,
        inChannels,
        outChannels,
        strideHeight,
        outHeight,
        outWidth,
      ),
    );
    kernels.conv2dFilterGradient(
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
      outChannels,
      address(gradient),
      work,
    );
    return gradient;
  },
};

/** Convolution and its two gradients. */
export const convolutionKernels: readonly WasmKernel[] = [conv2d, conv2dBackpropInput, conv2dBackpropFilter];
