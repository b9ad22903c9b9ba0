import * as tf from "@tensorflow/tfjs-core";
import type { Weight, Weights } from "../network/spec.ts";
import type { WeightTensors } from "./forward.ts";

/** Copies weights into tensors on the current backend; the caller disposes them. */
export function toTensors(weights: Weights): WeightTensors {
  return Object.fromEntries(
    [...weights].map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
  );
}

/** Copies tensors back into plain weights. */
export async function fromTensors(tensors: WeightTensors): Promise<Weights> {
  const weights = new Map<string, Weight>();
  for (const [name, tensor] of Object.entries(tensors)) {
    weights.set(name, { shape: [...tensor.shape], data: Float32Array.from(await tensor.data()) });
  }
  return weights;
}
