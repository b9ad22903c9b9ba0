import * as tf from "@tensorflow/tfjs";
import type { KernelCall } from "../kernel.ts";

type ConvInfo = tf.backend_util.Conv2DInfo;

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
  { attrs }: KernelCall,
  inputShape: number[],
  filterShape: number[],
  depthwise: boolean,
): ConvNumbers | undefined {
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
    (!depthwise || info.outChannels === info.inChannels) &&
    info.outHeight > 0 &&
    info.outWidth > 0;
  if (!covered) return undefined;
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
