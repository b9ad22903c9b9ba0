import type { Weights } from "@unpaired/core";
import type { ModelFiles } from "../src/session-types.ts";

interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
  readonly quantization?: {
    readonly dtype: "uint8" | "uint16";
    readonly scale: number;
    readonly min: number;
  };
}

/**
 * The values a published model stands for, by name: what tfjs makes of the same files.
 *
 * Source: tensorflowjs `quantization.py`: value = q · scale + min.
 */
export function publishedWeights({ model, weights }: ModelFiles): Weights {
  const { weightsManifest } = JSON.parse(new TextDecoder().decode(model)) as {
    readonly weightsManifest: readonly { readonly weights: readonly WeightEntry[] }[];
  };
  const bytes = new Uint8Array(weights.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const shard of weights) {
    bytes.set(shard, filled);
    filled += shard.length;
  }
  const values = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  let begin = 0;
  for (const { name, shape, dtype, quantization } of weightsManifest.flatMap((group) => group.weights)) {
    const count = shape.reduce((product, side) => product * side, 1);
    const read = readers[quantization?.dtype ?? dtype];
    const end = begin + count * read.bytes;
    const stored = read.values(bytes.slice(begin, end).buffer);
    begin = end;
    if (dtype === "int32") continue;
    const { scale, min } = quantization ?? { scale: 1, min: 0 };
    values.set(name, { shape, data: Float32Array.from(stored, (value) => value * scale + min) });
  }
  return values;
}

const readers = {
  uint8: { bytes: 1, values: (buffer: ArrayBuffer) => new Uint8Array(buffer) },
  uint16: { bytes: 2, values: (buffer: ArrayBuffer) => new Uint16Array(buffer) },
  int32: { bytes: 4, values: (buffer: ArrayBuffer) => new Int32Array(buffer) },
  float32: { bytes: 4, values: (buffer: ArrayBuffer) => new Float32Array(buffer) },
} as const;
