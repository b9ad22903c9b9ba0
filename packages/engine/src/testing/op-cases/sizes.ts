import { integers, type JsonConstant, type JsonNode } from "../graph-files.ts";
import { scalar } from "./op-case.ts";

interface Sides {
  readonly height: number;
  readonly width: number;
}

const whole = { T: { type: "DT_INT32" } };

/**
 * Nodes that compute a transposed convolution's output shape from its input's as exporters do: the sides of
 * `Shape(input)`, multiplied, added to, and put between the batch and the channels.
 */
export function outputSizes(
  name: string,
  input: Sides,
  output: Sides & { readonly channels: number },
  stride: number,
): { nodes: JsonNode[]; constants: Record<string, JsonConstant> } {
  return {
    nodes: [
      { name: "shape", op: "Shape", input: ["input"], attr: { out_type: { type: "DT_INT32" } } },
      { name: "sides", op: "Slice", input: ["shape", "one", "two"], attr: { ...whole, Index: whole.T } },
      { name: "grown", op: "Mul", input: ["sides", "strides"], attr: whole },
      { name: "fitted", op: "AddV2", input: ["grown", "more"], attr: whole },
      { name, op: "ConcatV2", input: ["batch", "fitted", "filters", "axis0"], attr: { N: { i: "3" } } },
    ],
    constants: {
      one: integers(1),
      two: integers(2),
      strides: integers(stride),
      more: integers(output.height - input.height * stride, output.width - input.width * stride),
      batch: integers(1),
      filters: integers(output.channels),
      axis0: scalar(0),
    },
  };
}

/** Nodes that compute `factor` times the sides of `of`, for a resize. */
export function enlargedSides(
  of: string,
  factors: readonly [number, number],
): { nodes: JsonNode[]; constants: Record<string, JsonConstant> } {
  return {
    nodes: [
      { name: "shape", op: "Shape", input: [of], attr: { out_type: { type: "DT_INT32" } } },
      { name: "sides", op: "Slice", input: ["shape", "one", "two"], attr: { ...whole, Index: whole.T } },
      { name: "sizes", op: "Mul", input: ["sides", "factors"], attr: whole },
    ],
    constants: { one: integers(1), two: integers(2), factors: integers(...factors) },
  };
}
