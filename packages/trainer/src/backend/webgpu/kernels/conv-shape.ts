import { coveredConvolution } from "../../covered-convolution.ts";
import type { KernelCall } from "../../kernel-call.ts";

/** Numbers of a convolution under the names the programs read them by. */
export interface ConvNumbers {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly filters: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly top: number;
  readonly left: number;
}

/**
 * Shape of a convolution the kernels cover, or undefined: NHWC, undilated, and for depthwise ones a filter per channel.
 */
export function coveredConv(
  call: KernelCall,
  inputShape: number[],
  filterShape: number[],
  depthwise: boolean,
): ConvNumbers | undefined {
  const info = coveredConvolution(call, inputShape, filterShape, depthwise);
  if (!info || (depthwise && info.outChannels !== info.inChannels)) return undefined;
  return {
    batch: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    filters: info.outChannels,
    kernelHeight: info.filterHeight,
    kernelWidth: info.filterWidth,
    strideY: info.strideHeight,
    strideX: info.strideWidth,
    top: info.padInfo.top,
    left: info.padInfo.left,
  };
}
