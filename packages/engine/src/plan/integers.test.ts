import { expect, test } from "vitest";
import type { GraphNode } from "../graph-model/graph.ts";
import { evaluateIntegers } from "./integers.ts";

const shapes = new Map([[9, { height: 4, width: 6, channels: 3 }]]);
const node = (op: "Shape" | "Slice" | "Mul" | "AddV2" | "ConcatV2", ...inputs: number[]): GraphNode => ({
  op,
  name: "n",
  inputs,
});
/** Evaluates with operands 0, 1, 2, … given in order. */
const evaluate = (of: GraphNode, ...operands: number[][]) =>
  evaluateIntegers(of, new Map(operands.entries()), shapes);

test("a shape is batch, height, width, channels", () => {
  expect(evaluate(node("Shape", 9))).toEqual([1, 4, 6, 3]);
});

test("slices, products, sums and joins", () => {
  expect(evaluate(node("Slice", 0, 1, 2), [1, 4, 6, 3], [1], [2])).toEqual([4, 6]);
  expect(evaluate(node("Slice", 0, 1, 2), [1, 4, 6, 3], [2], [-1])).toEqual([6, 3]);
  expect(evaluate(node("Mul", 0, 1), [4, 6], [2, 3])).toEqual([8, 18]);
  expect(evaluate(node("Mul", 0, 1), [4, 6], [2])).toEqual([8, 12]);
  expect(evaluate(node("AddV2", 0, 1), [4, 6], [0, -1])).toEqual([4, 5]);
  expect(evaluate(node("ConcatV2", 0, 1, 2), [1, 4], [5], [0])).toEqual([1, 4, 5]);
});

test.each([
  ["a slice beyond the end", node("Slice", 0, 1, 2), [[1, 4], [1], [2]]],
  ["a slice from before the beginning", node("Slice", 0, 1, 2), [[1, 4], [-1], [1]]],
  ["a slice of negative length", node("Slice", 0, 1, 2), [[1, 4], [0], [-2]]],
  ["a slice from two places", node("Slice", 0, 1, 2), [[1, 4], [0, 1], [1]]],
  [
    "operands of different lengths",
    node("Mul", 0, 1),
    [
      [1, 4],
      [1, 2, 3],
    ],
  ],
  ["a product of 2^40", node("Mul", 0, 1), [[2 ** 20], [2 ** 20]]],
  ["joining along axis 1", node("ConcatV2", 0, 1), [[1], [1]]],
  ["seventeen values", node("ConcatV2", 0, 1, 2), [Array(9).fill(1), Array(8).fill(1), [0]]],
] as [string, GraphNode, number[][]][])("refuses %s", (_, of, operands) => {
  expect(() => evaluate(of, ...operands)).toThrow(expect.objectContaining({ code: "unsupported_op" }));
});
