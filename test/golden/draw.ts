import {
  createRandom,
  type NetworkSpec,
  type Random,
  type Weight,
  type Weights,
  weightShapes,
} from "@unpaired/core";

/** The weights write-fixtures.py draws: each tensor from a stream named after it, kernels uniform in ±bound. */
export function drawWeights(
  spec: NetworkSpec,
  { seed, label, kernelBound }: { seed: number; label: string; kernelBound?: number },
): Weights {
  const weights = new Map<string, Weight>();
  for (const { name, shape, role } of weightShapes(spec)) {
    const random = createRandom(seed).fork(`${label}:${name}`);
    if (role === "kernel") {
      const [height, width, first, second] = shape as [number, number, number, number];
      // Glorot's bound.
      const bound = kernelBound ?? Math.sqrt(6 / (height * width * (first + second)));
      weights.set(name, { shape, data: drawUniform(random, shape, -bound, bound) });
    } else {
      const [low, high] = role === "scale" || role === "variance" ? [0.8, 1.2] : [-0.1, 0.1];
      weights.set(name, { shape, data: drawUniform(random, shape, low!, high!) });
    }
  }
  return weights;
}

/** The images write-fixtures.py draws under a label. */
export function drawImages<Shape extends readonly number[]>(
  seed: number,
  label: string,
  shape: Shape,
): { data: Float32Array; shape: Shape } {
  return { data: drawUniform(createRandom(seed).fork(label), shape, -0.9, 0.9), shape };
}

function drawUniform(random: Random, shape: readonly number[], low: number, high: number): Float32Array {
  const length = shape.reduce((product, side) => product * side, 1);
  return Float32Array.from({ length }, () => low + (high - low) * random.uniform());
}
