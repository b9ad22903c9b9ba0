import { expect, test } from "vitest";
import { resnetGenerator } from "../builders/resnet-generator.ts";
import { createRandom } from "../random.ts";
import { type InitializationKind, initializeWeights } from "./initialize.ts";

const spec = resnetGenerator({ filters: 16, blocks: 1, norm: "batch" });

function draw(kind: InitializationKind, gain: number) {
  const weights = initializeWeights(spec, { random: createRandom(1), kind, gain });
  return (name: string) => weights.get(name)!.data;
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

// down2: 3×3, 32 → 64. up1: transposed 3×3, 64 → 32, whose fan-in PyTorch counts over its 32 outputs.
test.each([
  ["normal", 0.02, 0.02, 0.02],
  ["xavier", 0.5, 0.5 * Math.sqrt(2 / (96 * 9)), 0.5 * Math.sqrt(2 / (96 * 9))],
  ["kaiming", 1, Math.sqrt(2 / (32 * 9)), Math.sqrt(2 / (32 * 9))],
] as const)("%s kernels have PyTorch's deviation", (kind, gain, conv, transposed) => {
  const weights = draw(kind, gain);
  expect(deviation(weights("down2/kernel")) / conv).toBeCloseTo(1, 1);
  expect(deviation(weights("up1/kernel")) / transposed).toBeCloseTo(1, 1);
});

test("orthogonal kernels have orthogonal filters of the gain's length", () => {
  const kernel = draw("orthogonal", 0.5)("down2/kernel");
  const filter = (index: number) => kernel.filter((_, place) => place % 64 === index);
  const product = (a: number, b: number) =>
    filter(a).reduce((sum, value, index) => sum + value * filter(b)[index]!, 0);
  expect(product(3, 3)).toBeCloseTo(0.25, 5);
  expect(product(3, 40)).toBeCloseTo(0, 5);
});

test("biases are zero, batch norms start as the identity around their gain", () => {
  const weights = draw("normal", 0.02);
  expect(weights("head/bias")).toEqual(new Float32Array(3));
  expect(weights("stem/norm/shift")).toEqual(new Float32Array(16));
  expect(weights("stem/norm/mean")).toEqual(new Float32Array(16));
  expect(weights("stem/norm/variance")).toEqual(new Float32Array(16).fill(1));
  expect(deviation(weights("block1/conv1/norm/scale"))).toBeCloseTo(0.02, 2);
  expect(weights("stem/norm/scale")[0]).toBeCloseTo(1, 0);
});

test("the same seed draws the same weights", () => {
  expect(draw("orthogonal", 1)("stem/kernel")).toEqual(draw("orthogonal", 1)("stem/kernel"));
});
