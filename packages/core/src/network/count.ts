import { inferShapes } from "./shapes.ts";
import type { NetworkSpec } from "./spec.ts";
import { isTrained, weightShapes } from "./weight-shapes.ts";

/** Number of trainable values. */
export function countParameters(spec: NetworkSpec): number {
  const trained = weightShapes(spec).filter(({ role }) => isTrained(role));
  return trained.reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0);
}

/**
 * Multiply-adds of one forward pass over one image, convolutions only; a transposed convolution counts at its
 * INPUT resolution, which is the work it truly takes.
 */
export function countMultiplyAdds(spec: NetworkSpec, size: { height: number; width: number }): number {
  const shapes = inferShapes(spec, size);
  let total = 0;
  for (const node of spec.nodes) {
    const input = shapes.get(node.inputs[0]!)!;
    const output = shapes.get(node.id)!;
    if (node.op === "conv") {
      total += output.height * output.width * node.filters * node.size ** 2 * input.channels;
    } else if (node.op === "depthwiseConv") {
      total += output.height * output.width * node.size ** 2 * input.channels;
    } else if (node.op === "transposedConv") {
      total += input.height * input.width * node.filters * node.size ** 2 * input.channels;
    }
  }
  return total;
}
