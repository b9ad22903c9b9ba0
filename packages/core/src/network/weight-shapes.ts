import { ModelError } from "../errors.ts";
import { type ImageShape, inferShapes } from "./shapes.ts";
import type { NetworkNode, NetworkSpec, Weights } from "./spec.ts";

/** What a network needs of one weight. */
export interface WeightShape {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: WeightRole;
}

/** What a weight is to its node. */
export type WeightRole = "kernel" | "bias" | "scale" | "shift" | "mean" | "variance";

/** Whether an optimiser updates weights of this role; the others are running statistics. */
export function isTrained(role: WeightRole): boolean {
  return role !== "mean" && role !== "variance";
}

/** The weights of a network, in the order its nodes use them; one shared by several nodes appears once. */
export function weightShapes(spec: NetworkSpec): WeightShape[] {
  const side = smallestSide(spec);
  const shapes = inferShapes(spec, { height: side, width: side });
  const weights = new Map<string, WeightShape>();
  for (const node of spec.nodes) {
    for (const weight of nodeWeights(node, shapes.get(node.inputs[0]!)!)) {
      const known = weights.get(weight.name);
      if (known && String(known.shape) !== String(weight.shape)) {
        throw new ModelError(
          `${spec.name}: weight "${weight.name}" is used as [${known.shape}] and as [${weight.shape}].`,
          { code: "malformed_network" },
        );
      }
      weights.set(weight.name, weight);
    }
  }
  return [...weights.values()];
}

/** Smallest side a network accepts, in pixels. */
export function smallestSide(spec: NetworkSpec): number {
  return Math.ceil(spec.minimumSide / spec.multipleOf) * spec.multipleOf;
}

/**
 * Holds weights against what a network needs.
 *
 * @param needed the part of them that matters; all by default
 * @throws ModelError `weights_mismatch` naming the tensor, the expected and the found shape
 */
export function assertWeightsFit(
  spec: NetworkSpec,
  weights: Weights,
  needed: readonly WeightShape[] = weightShapes(spec),
): void {
  for (const { name, shape } of needed) {
    const weight = weights.get(name);
    const found = weight ? `[${weight.shape}] with ${weight.data.length} values` : "nothing";
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    if (!weight || String(weight.shape) !== String(shape) || weight.data.length !== size) {
      throw new ModelError(`${spec.name} needs weight "${name}" of shape [${shape}] and got ${found}.`, {
        code: "weights_mismatch",
      });
    }
  }
}

function nodeWeights(node: NetworkNode, input: ImageShape): WeightShape[] {
  const bias = (name: string | undefined, channels: number): WeightShape[] =>
    name === undefined ? [] : [{ name, shape: [channels], role: "bias" }];
  switch (node.op) {
    case "conv":
      return [
        { name: node.kernel, shape: [node.size, node.size, input.channels, node.filters], role: "kernel" },
        ...bias(node.bias, node.filters),
      ];
    case "depthwiseConv":
      return [
        { name: node.kernel, shape: [node.size, node.size, input.channels, 1], role: "kernel" },
        ...bias(node.bias, input.channels),
      ];
    case "transposedConv":
      return [
        { name: node.kernel, shape: [node.size, node.size, node.filters, input.channels], role: "kernel" },
        ...bias(node.bias, node.filters),
      ];
    case "norm":
      if (node.kind === "instance") return [];
      return (["scale", "shift", "mean", "variance"] as const).map((role) => {
        return { name: node[role], shape: [input.channels], role };
      });
    default:
      return [];
  }
}
