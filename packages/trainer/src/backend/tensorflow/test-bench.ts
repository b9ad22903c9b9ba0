import * as tf from "@tensorflow/tfjs";
import { detectTensorflow } from "./detect.ts";

/** Why tests that need TensorFlow are skipped here, or undefined where they run. */
export async function missingTensorflow(): Promise<string | undefined> {
  const found = await detectTensorflow();
  return found.available ? undefined : found.reason;
}

/** Values of tensors, by position. */
export type Values = readonly Float32Array[];

/** Runs `compute` on one backend and copies its results out. */
export async function resultsOn(
  backend: "tensorflow" | "cpu",
  compute: () => readonly tf.Tensor[],
): Promise<Values> {
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
