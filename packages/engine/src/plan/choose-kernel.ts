import type { ConvLayer, TransposedConvLayer } from "../recognise/layers.ts";
import type { Arithmetic } from "../session-types.ts";

/** Kernels that read packed weights. */
export type WeightedKernel =
  | "conv2d"
  | "depthwiseConv2d"
  | "transposedConv2d"
  | "integerConv2d"
  | "integerTransposedConv2d"
  | "winogradConv2d"
  | "depthwise3x3";

/** Products of one output beyond which their sum could leave 32 bits. */
const MOST_SUMMED = 2 ** 20;

/** Channels Winograd's kernel takes at a time. */
const WINOGRAD_CHANNELS = 8;

/** Floats of one vector. */
const LANES = 4;

/** The kernel that computes a layer; it does not depend on the image's size, since weights are packed once for all sizes. */
export function weightedKernel(
  layer: ConvLayer | TransposedConvLayer,
  arithmetic: Arithmetic,
): WeightedKernel {
  const [height, width, third, fourth] = layer.filter.shape as [number, number, number, number];
  const isPlain3x3 = height === 3 && width === 3 && layer.stride === 1;
  if (layer.kind === "depthwiseConv") {
    // With nine products per value, turning values into levels would cost more than it saves.
    return arithmetic === "integer" && isPlain3x3 && third % LANES === 0 ? "depthwise3x3" : "depthwiseConv2d";
  }
  const transposed = layer.kind === "transposedConv";
  const summed = height * width * (transposed ? fourth : third);
  if (arithmetic === "float" || summed > MOST_SUMMED) return transposed ? "transposedConv2d" : "conv2d";
  if (transposed) return "integerTransposedConv2d";
  const suitsWinograd = isPlain3x3 && third % WINOGRAD_CHANNELS === 0 && fourth % WINOGRAD_CHANNELS === 0;
  return suitsWinograd ? "winogradConv2d" : "integerConv2d";
}
