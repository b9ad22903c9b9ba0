import * as tf from "@tensorflow/tfjs";
import type { Values } from "../wasm/test-bench.ts";
import { detectWebgpu, initializeWebgpuBackend, type WebgpuDetection } from "./index.ts";

export { noise, relativeDifference } from "../wasm/test-bench.ts";

/** The GPU of this machine, or else a software adapter, or the reason why there is neither. */
export async function adapterForTests(): Promise<WebgpuDetection> {
  const gpu = await detectWebgpu({ software: false });
  return gpu.available ? gpu : detectWebgpu({ software: true });
}

/** Starts the backend on what {@link adapterForTests} found. */
export async function startForTests(adapter: WebgpuDetection): Promise<void> {
  await initializeWebgpuBackend({ software: adapter.available && adapter.software });
}

/** Runs `compute` on one backend and copies its results out. */
export async function resultsOn(
  backend: "webgpu" | "cpu",
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

/** Output and gradients with respect to every input, with an output gradient that depends on `weights` alone. */
export function withGradients(
  f: (...xs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  weights: (shape: number[]) => tf.Tensor,
): tf.Tensor[] {
  const gradients = tf.grads((...xs) => {
    const y = f(...xs);
    return tf.sum(tf.mul(y, weights(y.shape)));
  });
  return [f(...inputs), ...gradients(inputs)];
}
