import {
  createRandom,
  type GraphModelOptions,
  initializeWeights,
  type NetworkSpec,
  toGraphModel,
  type Weights,
} from "@unpaired/core";
import type { ImageTensor, ModelFiles } from "../session-types.ts";

/** Reproducible weights whose biases are away from zero, so that a lost or misplaced one shows. */
export function someWeights(spec: NetworkSpec, { seed = 5, gain = 0.2 } = {}): Weights {
  const random = createRandom(seed);
  return new Map(
    [...initializeWeights(spec, { random, gain })].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((value) => value || random.normal() / 10) },
    ]),
  );
}

/** A network with such weights, published. */
export function publish(spec: NetworkSpec, options: GraphModelOptions = {}): ModelFiles {
  return toGraphModel(spec, someWeights(spec), { quantization: "float32", ...options });
}

/** A reproducible image of noise in [-1, 1). */
export function noiseImage(width: number, height: number, channels = 3, seed = 11): ImageTensor {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: width * height * channels }, () => 2 * random.uniform() - 1);
  return { data, width, height, channels };
}

/** Largest |a - b|; infinite where shapes differ or a value is not a number. */
export function largestDifference(a: ImageTensor, b: ImageTensor): number {
  const alike = a.width === b.width && a.height === b.height && a.channels === b.channels;
  if (!alike || a.data.length !== b.data.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const [index, value] of a.data.entries()) {
    const difference = Math.abs(value - b.data[index]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
