import * as tf from "@tensorflow/tfjs";
import { instanceNorm, rectify, reflectionPad } from "@unpaired/core/tfjs";
import type { BackendName } from "./select.ts";

/** Values of tensors, by position. */
export type Values = readonly Float32Array[];

/** Runs `compute` on one backend and copies its results out. */
export async function resultsOn(backend: BackendName, compute: () => readonly tf.Tensor[]): Promise<Values> {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const results = tf.tidy(() => [...compute()]);
  const values = await Promise.all(results.map(async (result) => Float32Array.from(await result.data())));
  tf.dispose(results);
  if (tf.memory().numTensors !== before) throw new Error(`${backend} leaked tensors`);
  return values;
}

/** Largest difference relative to the largest expected value of each result; Infinity for a value that is no number. */
export function relativeDifference(actual: Values, expected: Values): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const [index, values] of expected.entries()) {
    const mine = actual[index]!;
    if (mine.length !== values.length) return Number.POSITIVE_INFINITY;
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
    for (const [i, value] of values.entries()) {
      const difference = Math.abs(mine[i]! - value) / scale;
      if (!(difference <= largest))
        largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    }
  }
  return largest;
}

/** A tensor of values in [-1, 1) that depend on `seed` alone, not on the backend that makes it. */
export function noise(shape: number[], seed: number): tf.Tensor4D {
  return tf.randomUniform(shape as [number, number, number, number], -1, 1, "float32", seed + 1);
}

/** Output and gradients with respect to every input, with an output gradient that depends on `seed` alone. */
export function withGradients(
  f: (...xs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  seed: number,
): tf.Tensor[] {
  const gradients = tf.grads((...xs) => {
    const y = f(...xs);
    return tf.sum(tf.mul(y, noise(y.shape, seed + 7)));
  });
  return [f(...inputs), ...gradients(inputs)];
}

/** Layers of one input that training differentiates, by name. */
export const layers: Readonly<Record<string, (x: tf.Tensor4D) => tf.Tensor>> = {
  instanceNorm: (x) => instanceNorm(tf.add(x, 3)),
  relu: (x) => rectify(x),
  leakyRelu: (x) => rectify(x, 0.2),
  tanh: (x) => tf.tanh(tf.mul(x, 3)),
  reflectionPad: (x) => reflectionPad(x, 3),
  resize: (x) => tf.image.resizeNearestNeighbor(x, [2 * x.shape[1], 3 * x.shape[2]]),
  biasGradient: (x) => tf.add(x, tf.mul(tf.sum(x, [0, 1, 2]), 0.01)),
  channelMeans: (x) => tf.mean(x, [1, 2], true),
};
