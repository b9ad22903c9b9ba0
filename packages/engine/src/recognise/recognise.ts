import { unsupported } from "../errors.ts";
import type { Graph, GraphNode, PlaceholderNode } from "../graph-model/graph.ts";
import { matchConvolution, mirrorMargins } from "./convolution.ts";
import { matchInstanceNorm } from "./instance-norm.ts";
import type { ActivatedLayer, Activation, Layer } from "./layers.ts";
import { Surroundings } from "./surroundings.ts";

/** A graph as layers, plus the integer nodes that say the sizes some layers need. */
export interface Program {
  readonly graph: Graph;
  readonly input: PlaceholderNode;
  /** Layers by the position of their output, ascending: every layer comes after those it reads. */
  readonly layers: ReadonlyMap<number, Layer>;
  /** Positions of the integer nodes that are needed. */
  readonly integers: ReadonlySet<number>;
}

/**
 * Groups nodes into layers, as many nodes per layer as can be computed without storing what lies between them. Nodes
 * that the output does not need are left out.
 *
 * @throws EngineError `unsupported_op` for a node that belongs to no layer the engine computes
 */
export function recognise(graph: Graph): Program {
  const surroundings = new Surroundings(graph);
  const layers: Layer[] = [];
  const integers = new Set<number>();
  const tensors = new Set([graph.output]);
  // From the output backwards, so that the node that ends a pattern is met before the nodes inside it.
  for (let position = graph.output; position >= 0; position--) {
    const node = graph.nodes[position]!;
    if (integers.has(position)) {
      for (const input of integerInputs(node)) integers.add(input);
      if (node.op === "Shape") tensors.add(node.inputs[0]!);
    }
    if (!tensors.has(position) || node.op === "Placeholder") continue;
    const layer = match(surroundings, position);
    layers.push(layer);
    for (const input of layer.inputs) tensors.add(input);
    if ("sizes" in layer) integers.add(layer.sizes);
  }
  layers.reverse();
  const input = graph.nodes[graph.input] as PlaceholderNode;
  return { graph, input, layers: new Map(layers.map((layer) => [layer.output, layer])), integers };
}

function match(graph: Surroundings, position: number): Layer {
  const node = graph.node(position);
  const { name, op, inputs } = node;
  const activation = activationOf(node);
  if (activation) {
    const source = inputs[0]!;
    const layer = graph.isReadOnce(source) ? matchActivated(graph, source) : undefined;
    if (layer) return { ...layer, output: position, activation };
    return { kind: "activation", name, op, inputs, output: position, activation };
  }
  switch (op) {
    case "AddV2":
      return matchResidual(graph, position) ?? { kind: "add", name, op, inputs, output: position };
    case "MirrorPad":
      return {
        kind: "reflectPad",
        name,
        op,
        inputs: [inputs[0]!],
        output: position,
        margins: mirrorMargins(graph, node),
      };
    case "ResizeNearestNeighbor":
      return { kind: "resize", name, op, inputs: [inputs[0]!], output: position, sizes: inputs[1]! };
    case "ConcatV2": {
      const axis = graph.integers(node, inputs.at(-1)!);
      if (axis.length !== 1 || (axis[0] !== 3 && axis[0] !== -1)) {
        throw unsupported(node, `its axis is [${axis}]; images are joined along channels, axis 3`);
      }
      return { kind: "concat", name, op, inputs: inputs.slice(0, -1), output: position };
    }
    default: {
      const layer = matchActivated(graph, position);
      if (layer) return layer;
      throw unsupported(node, `${REASONS.get(op) ?? "it cannot make an image"}`);
    }
  }
}

const INSIDE_NORM =
  "it is computed only inside an instance norm (mean, variance, rsqrt, over height and width)";
const REASONS: ReadonlyMap<string, string> = new Map([
  ["Mul", INSIDE_NORM],
  ["Sub", INSIDE_NORM],
  ["Mean", INSIDE_NORM],
  ["Rsqrt", INSIDE_NORM],
  ["SquaredDifference", INSIDE_NORM],
  ["BiasAdd", "it is computed only right after a convolution that nothing else reads"],
]);

function matchActivated(graph: Surroundings, position: number): ActivatedLayer | undefined {
  return matchConvolution(graph, position) ?? matchInstanceNorm(graph, position);
}

/** A sum of which one side is a normalised (and activated) tensor that nothing else reads. */
function matchResidual(graph: Surroundings, position: number): Layer | undefined {
  const { inputs } = graph.node(position);
  for (const [main, skip] of [inputs, inputs.toReversed()]) {
    if (!graph.isReadOnce(main!)) continue;
    const activation = activationOf(graph.node(main!));
    const source = activation ? graph.node(main!).inputs[0]! : main!;
    if (activation && !graph.isReadOnce(source)) continue;
    const norm = matchInstanceNorm(graph, source);
    if (!norm) continue;
    return {
      ...norm,
      inputs: [...norm.inputs, skip!],
      output: position,
      activation: activation ?? norm.activation,
    };
  }
  return undefined;
}

function activationOf(node: GraphNode): Activation | undefined {
  switch (node.op) {
    case "Relu":
      return { kind: "relu" };
    case "Tanh":
      return { kind: "tanh" };
    case "Sigmoid":
      return { kind: "sigmoid" };
    case "LeakyRelu":
      return { kind: "leakyRelu", slope: node.alpha };
    default:
      return undefined;
  }
}

function integerInputs(node: GraphNode): readonly number[] {
  switch (node.op) {
    case "Slice":
    case "Mul":
    case "AddV2":
    case "ConcatV2":
      return node.inputs;
    case "Shape":
    case "Const":
      return [];
    default:
      throw unsupported(
        node,
        "it is used as a size; sizes are computed by Shape, Slice, Mul, AddV2 and ConcatV2",
      );
  }
}
