import * as tf from "@tensorflow/tfjs";
import type { KernelCall } from "./kernel-call.ts";

type ConvInfo = tf.backend_util.Conv2DInfo;

/** Shape of a convolution that this project's kernels cover on every backend, or undefined: NHWC, undilated, not empty. */
export function coveredConvolution(
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
