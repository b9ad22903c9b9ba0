import type { Layer } from "../recognise/layers.ts";
import type { Shape } from "./shape.ts";

/** True multiply-adds of a layer's weights: a transposed convolution counts at its input's resolution. */
export function multiplyAdds(layer: Layer, input: Shape, output: Shape): number {
  switch (layer.kind) {
    case "conv":
    case "depthwiseConv":
      return output.height * output.width * layer.filter.length;
    case "transposedConv":
      return input.height * input.width * layer.filter.length;
    default:
      return 0;
  }
}
