import { unsupported } from "../errors.ts";
import type { FloatConstant } from "../graph-model/constant.ts";
import type { GraphNode, Margins } from "../graph-model/graph.ts";
import { type ConvLayer, NO_ACTIVATION, type TransposedConvLayer } from "./layers.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * A convolution of any kind ending at `position`, together with the `BiasAdd` after it and the `MirrorPad` before it;
 * undefined when there is none.
 *
 * @throws EngineError `unsupported_op` when its filter or bias is not a constant of the right shape
 */
export function matchConvolution(
  graph: Surroundings,
  position: number,
): ConvLayer | TransposedConvLayer | undefined {
  const node = graph.node(position);
  if (node.op !== "BiasAdd") return matchWindow(graph, position);
  const [x, bias] = node.inputs;
  const layer = graph.isReadOnce(x!) ? matchWindow(graph, x!) : undefined;
  if (!layer) return undefined;
  const values = graph.floats(node, bias!);
  const channels = outputChannels(layer);
  if (values.shape.length !== 1 || values.length !== channels) {
    throw unsupported(node, `its bias has the shape [${values.shape}]; it must be [${channels}]`);
  }
  return { ...layer, bias: values, output: position };
}

/** Channels a convolution makes, read from its filter. */
function outputChannels(layer: ConvLayer | TransposedConvLayer): number {
  const { shape } = layer.filter;
  return layer.kind === "conv" ? shape[3]! : shape[2]!;
}

/** Margins a `MirrorPad` adds. @throws EngineError `unsupported_op` when it pads more than height and width */
export function mirrorMargins(graph: Surroundings, node: GraphNode): Margins {
  const { shape, values: paddings } = graph.integerConstant(node, node.inputs[1]!);
  if (shape.length !== 2 || shape[0] !== 4 || shape[1] !== 2) {
    throw unsupported(node, `its paddings have the shape [${shape}]; it must be [4,2]`);
  }
  const [n0, n1, top, bottom, left, right, c0, c1] = paddings;
  const outside = [n0, n1, c0, c1].every((pixels) => pixels === 0);
  const inside = [top!, bottom!, left!, right!].every((pixels) => pixels >= 0 && pixels <= 256);
  if (!outside || !inside) {
    throw unsupported(
      node,
      `its paddings are [${paddings}]; only height and width can be padded, by 0 to 256`,
    );
  }
  return { top: top!, bottom: bottom!, left: left!, right: right! };
}

function matchWindow(graph: Surroundings, position: number): ConvLayer | TransposedConvLayer | undefined {
  const node = graph.node(position);
  switch (node.op) {
    case "Conv2D":
    case "DepthwiseConv2dNative": {
      const filter = readFilter(graph, node, node.inputs[1]!);
      const depthwise = node.op === "DepthwiseConv2dNative";
      if (depthwise && filter.shape[3] !== 1) {
        throw unsupported(node, `its filter has the shape [${filter.shape}]; the last side must be 1`);
      }
      const { source, padding, border } = mirrored(graph, node.inputs[0]!, node.padding);
      return {
        kind: depthwise ? "depthwiseConv" : "conv",
        name: node.name,
        op: node.op,
        inputs: [source],
        output: position,
        filter,
        bias: undefined,
        stride: node.stride,
        padding,
        border,
        activation: NO_ACTIVATION,
      };
    }
    case "Conv2DBackpropInput": {
      const [sizes, filterInput, x] = node.inputs;
      const filter = readFilter(graph, node, filterInput!);
      return {
        kind: "transposedConv",
        name: node.name,
        op: node.op,
        inputs: [x!],
        output: position,
        filter,
        bias: undefined,
        stride: node.stride,
        margins: node.padding === "SAME" ? enlargingMargins(filter, node.stride) : node.padding,
        sizes: sizes!,
        activation: NO_ACTIVATION,
      };
    }
    default:
      return undefined;
  }
}

/** TensorFlow's SAME margins of a convolution whose input's sides are multiples of its stride. */
function enlargingMargins({ shape }: FloatConstant, stride: number): Margins {
  const [vertical, horizontal] = [shape[0]!, shape[1]!].map((side) => Math.max(0, side - stride)) as [
    number,
    number,
  ];
  const [top, left] = [Math.floor(vertical / 2), Math.floor(horizontal / 2)];
  return { top, bottom: vertical - top, left, right: horizontal - left };
}

/** Takes a `MirrorPad` that only this convolution reads into the convolution's border. */
function mirrored(
  graph: Surroundings,
  x: number,
  padding: "SAME" | Margins,
): { source: number; padding: "SAME" | Margins; border: "zero" | "reflect" } {
  const node = graph.node(x);
  const bare = padding !== "SAME" && Object.values(padding).every((pixels) => pixels === 0);
  if (node.op !== "MirrorPad" || !bare || !graph.isReadOnce(x)) return { source: x, padding, border: "zero" };
  return { source: node.inputs[0]!, padding: mirrorMargins(graph, node), border: "reflect" };
}

function readFilter(graph: Surroundings, node: GraphNode, input: number): FloatConstant {
  const filter = graph.floats(node, input);
  if (filter.shape.length !== 4 || filter.shape[0]! > 64 || filter.shape[1]! > 64) {
    throw unsupported(
      node,
      `its filter has the shape [${filter.shape}]; it must have 4 sides, at most 64×64 pixels`,
    );
  }
  return filter;
}
