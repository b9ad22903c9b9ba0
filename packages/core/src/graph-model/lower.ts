import { INPUT, type NetworkNode, type NetworkSpec, type Weights } from "../network/spec.ts";
import { GraphBuilder } from "./graph-builder.ts";
import { type GraphAttribute, integers, text, type } from "./topology.ts";

/** Name of the graph's only output node. */
export const OUTPUT = "output";

/** Writes a network without batch norms as TensorFlow ops over inputs of any suitable size; dropout disappears. */
export function lower(spec: NetworkSpec, weights: Weights): GraphBuilder {
  const graph = new GraphBuilder();
  const names = new Map([[INPUT, graph.placeholder(INPUT, [-1, -1, -1, spec.inputChannels])]]);
  for (const node of spec.nodes) {
    const inputs = node.inputs.map((id) => names.get(id)!);
    names.set(node.id, lowerNode(graph, node, inputs, weights));
  }
  graph.node("Identity", OUTPUT, [names.get(spec.output)!]);
  return graph;
}

function lowerNode(
  graph: GraphBuilder,
  node: NetworkNode,
  inputs: readonly string[],
  weights: Weights,
): string {
  const x = inputs[0]!;
  const weight = (name: string) => {
    const { shape, data } = weights.get(name)!;
    return graph.weight(name, shape, data);
  };
  const biased = (y: string, bias: string | undefined) =>
    bias === undefined
      ? y
      : graph.node("BiasAdd", `${node.id}/BiasAdd`, [y, weight(bias)], { data_format: text("NHWC") });

  switch (node.op) {
    case "conv":
    case "depthwiseConv": {
      const { mode, pixels } = node.padding;
      const sides = [pixels, pixels];
      const reflect = mode === "reflect" && pixels > 0;
      const padded = reflect
        ? graph.node(
            "MirrorPad",
            `${node.id}/MirrorPad`,
            [x, graph.integers([[0, 0], sides, sides, [0, 0]])],
            {
              Tpaddings: type("int32"),
              mode: text("REFLECT"),
            },
          )
        : x;
      const op = node.op === "conv" ? "Conv2D" : "DepthwiseConv2dNative";
      const geometry = convGeometry(node.stride, reflect ? [0, 0] : [pixels, pixels]);
      return biased(graph.node(op, node.id, [padded, weight(node.kernel)], geometry), node.bias);
    }
    case "transposedConv": {
      const { stride, padding, outputPadding, size, filters } = node;
      const grown = size + outputPadding - stride - 2 * padding;
      const sizes = graph.integerNode(
        "ConcatV2",
        `${node.id}/sizes`,
        [
          outputSides(graph, node.id, x, { begin: 0, factors: [1, stride, stride], added: grown }),
          graph.integers([filters]),
          graph.integers(0),
        ],
        { N: { i: "2" }, Tidx: type("int32") },
      );
      const geometry = convGeometry(stride, [padding, padding - outputPadding]);
      return biased(
        graph.node("Conv2DBackpropInput", node.id, [sizes, weight(node.kernel), x], geometry),
        node.bias,
      );
    }
    case "resize": {
      const size = outputSides(graph, node.id, x, { begin: 1, factors: [node.scale, node.scale], added: 0 });
      return graph.node("ResizeNearestNeighbor", node.id, [x, size], {
        align_corners: { b: false },
        half_pixel_centers: { b: false },
      });
    }
    case "norm":
      return lowerInstanceNorm(graph, node.id, x, node.epsilon);
    case "activation":
      switch (node.kind) {
        case "relu":
          return graph.node("Relu", node.id, [x]);
        case "leakyRelu":
          return graph.node("LeakyRelu", node.id, [x], { alpha: { f: node.slope ?? 0.2 } });
        case "tanh":
          return graph.node("Tanh", node.id, [x]);
        case "sigmoid":
          return graph.node("Sigmoid", node.id, [x]);
      }
      break;
    case "add":
      return graph.node("AddV2", node.id, inputs);
    case "concat":
      return graph.node("ConcatV2", node.id, [...inputs, graph.integers(3)], {
        N: { i: String(inputs.length) },
        Tidx: type("int32"),
      });
    case "dropout":
      return x;
  }
}

function convGeometry(stride: number, [before, after]: [number, number]): Record<string, GraphAttribute> {
  const common = {
    strides: integers([1, stride, stride, 1]),
    dilations: integers([1, 1, 1, 1]),
    data_format: text("NHWC"),
  };
  if (before === 0 && after === 0)
    return { ...common, padding: text("VALID"), explicit_paddings: integers([]) };
  const paddings = [0, 0, before, after, before, after, 0, 0];
  return { ...common, padding: text("EXPLICIT"), explicit_paddings: integers(paddings) };
}

/** Part of `shape(x)` from `begin` on, times `factors`, its two sides enlarged by `added`. */
function outputSides(
  graph: GraphBuilder,
  id: string,
  x: string,
  { begin, factors, added }: { begin: number; factors: readonly number[]; added: number },
): string {
  const shape = graph.node("Shape", `${id}/shape`, [x], { out_type: type("int32") });
  const slice = graph.integerNode(
    "Slice",
    `${id}/slice`,
    [shape, graph.integers([begin]), graph.integers([factors.length])],
    { Index: type("int32") },
  );
  const scaled = graph.integerNode("Mul", `${id}/scaled`, [slice, graph.integers(factors)]);
  if (added === 0) return scaled;
  const more = factors.map((_, index) => (index + begin === 0 ? 0 : added));
  return graph.integerNode("AddV2", `${id}/grown`, [scaled, graph.integers(more)]);
}

function lowerInstanceNorm(graph: GraphBuilder, id: string, x: string, epsilon: number): string {
  const axes = graph.integers([1, 2]);
  const attr = { keep_dims: { b: true }, Tidx: type("int32") };
  const mean = graph.node("Mean", `${id}/mean`, [x, axes], attr);
  const squares = graph.node("SquaredDifference", `${id}/squares`, [x, mean]);
  const variance = graph.node("Mean", `${id}/variance`, [squares, axes], attr);
  const shifted = graph.node("AddV2", `${id}/shifted`, [
    variance,
    graph.scalar(`epsilon/${epsilon}`, epsilon),
  ]);
  const reciprocal = graph.node("Rsqrt", `${id}/rsqrt`, [shifted]);
  const centred = graph.node("Sub", `${id}/centred`, [x, mean]);
  return graph.node("Mul", id, [centred, reciprocal]);
}
