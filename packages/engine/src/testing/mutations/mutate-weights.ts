import type { Random } from "@unpaired/core";
import { concatenate } from "./mutate-bytes.ts";
import { pick } from "./mutate-graph.ts";
import { type OpenModel, type OpenWeight, weightBytes } from "./open-model.ts";

/** Changes what the manifest says of the weights, their values, or both so that they still belong together. */
export type WeightMutation = (model: OpenModel, random: Random) => void;

const INTEGER_EDGES = [
  -(2 ** 31),
  -4,
  -3,
  -2,
  -1,
  0,
  1,
  2,
  3,
  4,
  8,
  16,
  24,
  256,
  257,
  32_767,
  2 ** 30,
  2 ** 31 - 1,
];
const SCALES = [0, -1, 1, 1e-45, 1e38, 1e300, Number.MAX_VALUE, null];
const FLOATS = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3.4e38, 1e-45, -0];

export const WEIGHT_MUTATIONS: Readonly<Record<string, WeightMutation>> = {
  integer({ groups }, random) {
    const weight = pick(
      groups.flat().filter(({ entry }) => entry.dtype === "int32"),
      random,
    );
    if (!weight || weight.bytes.length < 4) return;
    const bytes = weight.bytes.slice();
    const values = Math.floor(bytes.length / 4);
    new DataView(bytes.buffer).setInt32(4 * random.integer(values), pick(INTEGER_EDGES, random)!, true);
    weight.bytes = bytes;
  },
  reshape({ groups }, random) {
    const shape = pickFloat(groups, random)?.entry.shape;
    if (!shape) return;
    const [from, to] = [random.integer(shape.length), random.integer(shape.length)];
    const factor = [2, 3, 5, 7].find((divisor) => shape[from]! % divisor === 0) ?? 1;
    if (random.integer(3) === 0) shape.reverse();
    else if (from !== to && random.integer(2) === 0) {
      [shape[from], shape[to]] = [shape[to]!, shape[from]!];
    } else if (from !== to) {
      shape[from]! /= factor;
      shape[to]! *= factor;
    } else if (random.integer(2) === 0) shape.push(1);
    else shape.splice(from, 1);
  },
  /** Another side, and as many bytes as it asks for: filters of other sizes and channels that can be run. */
  resize({ groups }, random) {
    const weight = pickFloat(groups, random);
    if (!weight || weight.entry.shape.length === 0) return;
    const { shape } = weight.entry;
    shape[random.integer(shape.length)] = pick([1, 2, 3, 4, 5, 7, 8, 9, 16, 17], random)!;
    fill(weight);
  },
  /** All biases and filters of some channels at once, so that they still meet. */
  rechannel({ groups }, random) {
    const sides = groups.flatMap((weights) => weights.flatMap(({ entry }) => entry.shape));
    const from = pick(sides, random);
    const to = pick([1, 2, 3, 4, 7, 8, 16, 24], random)!;
    for (const weight of groups.flat()) {
      if (weight.entry.dtype !== "float32" || weight.entry.shape.length === 0) continue;
      // The first two sides of a filter are pixels.
      const channels = weight.entry.shape.length === 4 ? 2 : 0;
      weight.entry.shape = weight.entry.shape.map((side, index) =>
        side === from && index >= channels ? to : side,
      );
      fill(weight);
    }
  },
  quantization({ groups }, random) {
    const weight = pickFloat(groups, random);
    if (!weight) return;
    const dtype = pick(["uint8", "uint16", "float16", "int4", undefined], random);
    if (dtype === undefined) delete weight.entry.quantization;
    else weight.entry.quantization = { dtype, scale: pick(SCALES, random), min: pick(SCALES, random) };
    fill(weight);
  },
  scale({ groups }, random) {
    const quantization = pickFloat(groups, random)?.entry.quantization;
    if (quantization) quantization[pick(["scale", "min"], random)!] = pick(SCALES, random);
  },
  value({ groups }, random) {
    const weight = pickFloat(groups, random);
    if (!weight || weight.entry.quantization || weight.bytes.length < 4) return;
    const bytes = weight.bytes.slice();
    const values = Math.floor(bytes.length / 4);
    new DataView(bytes.buffer).setFloat32(4 * random.integer(values), pick(FLOATS, random)!, true);
    weight.bytes = bytes;
  },
  dtype({ groups }, random) {
    const weight = pick(groups.flat(), random);
    if (weight) weight.entry.dtype = pick(["float32", "int32", "bool", "string", "complex64"], random)!;
  },
  swapNames({ groups }, random) {
    const [a, b] = [pick(groups.flat(), random), pick(groups.flat(), random)];
    if (a && b) [a.entry.name, b.entry.name] = [b.entry.name, a.entry.name];
  },
  remove({ groups }, random) {
    const group = pick(groups, random);
    group?.splice(random.integer(group.length + 1), 1);
  },
  /** One more or one byte fewer than the manifest accounts for. */
  tear({ groups }, random) {
    const weight = pick(groups.flat(), random);
    if (!weight) return;
    const { bytes } = weight;
    weight.bytes = random.integer(2) === 0 ? bytes.slice(0, -1) : concatenate(bytes, Uint8Array.of(0));
  },
  sideAtEdge({ groups }, random) {
    const weight = pick(groups.flat(), random);
    const edge = pick([0, -1, 0.5, 2 ** 24, 2 ** 24 + 1, 2 ** 31, 2 ** 53], random)!;
    if (weight) weight.entry.shape[random.integer(weight.entry.shape.length + 1)] = edge;
  },
};

function pickFloat(groups: readonly OpenWeight[][], random: Random): OpenWeight | undefined {
  return pick(
    groups.flat().filter(({ entry }) => entry.dtype === "float32"),
    random,
  );
}

/** Gives a weight the bytes its entry asks for, those it has repeated. */
function fill(weight: OpenWeight): void {
  const length = weightBytes(weight.entry);
  if (!(length <= 2 ** 16)) return;
  const { bytes } = weight;
  weight.bytes = Uint8Array.from({ length }, (_, index) => bytes[index % bytes.length] ?? 1);
}
