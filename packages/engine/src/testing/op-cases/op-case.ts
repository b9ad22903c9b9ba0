import { createRandom } from "@unpaired/core";
import fc from "fast-check";
import type { JsonConstant, JsonNode } from "../graph-files.ts";

/** A graph and the size of an image to run it on. */
export interface OpCase {
  readonly nodes: readonly JsonNode[];
  readonly constants: Readonly<Record<string, JsonConstant>>;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Whether the model takes images of this size alone. */
  readonly fixed?: boolean;
}

export type OpCases = fc.Arbitrary<OpCase>;

/** Channel counts around the widths that kernels work in, and others. */
export const channelCount = fc.oneof(
  fc.integer({ min: 1, max: 10 }),
  fc.constantFrom(15, 16, 17, 24, 31, 32, 33),
);

/** Pixels beyond the fewest that will do. */
export const spare = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 10, max: 21 }));

export const seed = fc.nat(2 ** 31);

/** Values between -1 and 1 around 0, the same for the same seed. */
export function values(seed: number, shape: readonly number[]): JsonConstant {
  return scaled(seed, shape, 1);
}

/** A filter that keeps values about as large as they are, however many it adds up, as trained ones do. */
export function filter(seed: number, shape: readonly number[], addends: number): JsonConstant {
  return scaled(seed, shape, 1.5 / Math.sqrt(addends));
}

function scaled(seed: number, shape: readonly number[], scale: number): JsonConstant {
  const random = createRandom(seed);
  const length = shape.reduce((product, side) => product * side, 1);
  return { shape, values: Float32Array.from({ length }, () => scale * (2 * random.uniform() - 1)) };
}

/** One integer without sides, as axes are written. */
export const scalar = (value: number): JsonConstant => ({ shape: [], values: Int32Array.of(value) });

export const float = { T: { type: "DT_FLOAT" } };

/** A node that activates `input`, drawn among all kinds. */
export const activation = fc
  .record({
    op: fc.constantFrom("Relu", "LeakyRelu", "Tanh", "Sigmoid"),
    alpha: fc.double({ min: -0.5, max: 1.5, noNaN: true }),
  })
  .map(({ op, alpha }) => (name: string, input: string): JsonNode => {
    const attr = op === "LeakyRelu" ? { ...float, alpha: { f: Math.fround(alpha) } } : float;
    return { name, op, input: [input], attr };
  });
