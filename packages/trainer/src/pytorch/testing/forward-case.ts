import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import type { WeightedNetwork } from "@unpaired/core";
import { forward, toTensors } from "@unpaired/core/tfjs";

/** What the reference script says of a case. */
export interface ReferenceCase {
  readonly kind: "resnet" | "unet" | "patch" | "pixel";
  readonly inputs: number;
  readonly side: number;
  readonly norm: string;
}

export async function readCases(directory: string): Promise<Record<string, ReferenceCase>> {
  return JSON.parse(await readFile(join(directory, "cases.json"), "utf8"));
}

export async function readFloats(path: string): Promise<Float32Array> {
  return new Float32Array(new Uint8Array(await readFile(path)).buffer);
}

/** What tfjs makes of a network and a case's input. */
export async function forwardCase(
  { spec, weights }: WeightedNetwork,
  directory: string,
  name: string,
  { side, inputs }: ReferenceCase,
): Promise<Float32Array> {
  const input = await readFloats(join(directory, `${name}.in.f32`));
  const tensors = toTensors(weights);
  const output = tf.tidy(() => forward(spec, tensors, tf.tensor4d(input, [1, side, side, inputs])));
  const values = Float32Array.from(await output.data());
  tf.dispose([output, ...Object.values(tensors)]);
  return values;
}

/** Largest absolute difference; infinite for unequal lengths and for NaN. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const [index, value] of a.entries()) {
    const difference = Math.abs(value - b[index]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
