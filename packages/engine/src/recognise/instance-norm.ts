import { unsupported } from "../errors.ts";
import type { GraphNode } from "../graph-model/graph.ts";
import { NO_ACTIVATION, type NormLayer } from "./layers.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Instance norm written out, `(x - mean(x)) · rsqrt(mean((x - mean(x))²) + epsilon)`, ending at the `Mul` at `position`;
 * undefined when the nodes around it compute something else or are read from outside.
 *
 * @throws EngineError `unsupported_op` for an epsilon that is not one positive number, `invalid_model` for one that is not finite
 */
export function matchInstanceNorm(graph: Surroundings, position: number): NormLayer | undefined {
  const product = graph.node(position);
  if (product.op !== "Mul") return undefined;
  const centred = findInput(graph, product, "Sub");
  const reciprocal = findInput(graph, product, "Rsqrt");
  if (centred === undefined || reciprocal === undefined) return undefined;
  const [x, mean] = graph.node(centred).inputs;
  const shifted = graph.node(reciprocal).inputs[0]!;
  const variance = findInput(graph, graph.node(shifted), "Mean");
  const epsilon = findInput(graph, graph.node(shifted), "Const");
  if (graph.node(shifted).op !== "AddV2" || variance === undefined || epsilon === undefined) return undefined;
  const squares = graph.node(variance).inputs[0]!;
  const squared = graph.node(squares);
  const readsBoth = squared.inputs.includes(x!) && squared.inputs.includes(mean!) && x !== mean;
  if (squared.op !== "SquaredDifference" || !readsBoth) return undefined;
  if (!isMeanOverSides(graph, mean!, x!) || !isMeanOverSides(graph, variance, squares)) return undefined;
  const closed =
    graph.isInternal(centred, position) &&
    graph.isInternal(reciprocal, position) &&
    graph.isInternal(shifted, reciprocal) &&
    graph.isInternal(variance, shifted) &&
    graph.isInternal(squares, variance) &&
    graph.isInternal(mean!, squares, centred);
  if (!closed) return undefined;

  const constant = graph.floats(graph.node(shifted), epsilon);
  if (constant.length !== 1) {
    throw unsupported(
      graph.node(shifted),
      `the epsilon of an instance norm has the shape [${constant.shape}]; it must be one number`,
    );
  }
  const value = constant.decode()[0]!;
  if (!(value > 0)) {
    throw unsupported(
      graph.node(shifted),
      `the epsilon of an instance norm is ${value}; it must be positive in float32`,
    );
  }
  return {
    kind: "norm",
    name: product.name,
    op: "InstanceNorm",
    inputs: [x!],
    output: position,
    epsilon: value,
    activation: NO_ACTIVATION,
  };
}

function findInput(graph: Surroundings, reader: GraphNode, op: GraphNode["op"]): number | undefined {
  return reader.inputs.find((input) => graph.node(input).op === op);
}

function isMeanOverSides(graph: Surroundings, position: number, of: number): boolean {
  const node = graph.node(position);
  if (node.op !== "Mean" || node.inputs[0] !== of || !node.keepDims) return false;
  const axes = graph.integers(node, node.inputs[1]!);
  return axes.length === 2 && [1, 2].every((axis) => axes.includes(axis) || axes.includes(axis - 4));
}
