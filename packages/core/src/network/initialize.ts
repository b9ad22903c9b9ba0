import type { Random } from "../random.ts";
import type { NetworkSpec, Weight, Weights } from "./spec.ts";
import { weightShapes } from "./weight-shapes.ts";

/**
 * Fresh weights as the reference draws them: kernels from N(0, gain²), biases 0.
 *
 * Source: junyanz/pytorch-CycleGAN-and-pix2pix `init_weights`, type `normal`.
 */
export function initializeWeights(
  spec: NetworkSpec,
  { random, gain = 0.02 }: { readonly random: Random; readonly gain?: number },
): Weights {
  const weights = new Map<string, Weight>();
  for (const { name, shape, role } of weightShapes(spec)) {
    const data = new Float32Array(shape.reduce((product, dimension) => product * dimension, 1));
    if (role === "kernel")
      for (let index = 0; index < data.length; index++) data[index] = gain * random.normal();
    weights.set(name, { shape, data });
  }
  return weights;
}
