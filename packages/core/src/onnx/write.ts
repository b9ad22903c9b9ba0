import { foldBatchNorm } from "../network/fold-batch-norm.ts";
import { inferShapes } from "../network/shapes.ts";
import { INPUT, type NetworkNode, type NetworkSpec, type Weights } from "../network/spec.ts";
import { assertWeightsFit, smallestSide } from "../network/weight-shapes.ts";
import { permuteKernel } from "./kernel-layout.ts";
import { type OnnxAttribute, OnnxGraph } from "./onnx-graph.ts";

/** Name of an ONNX model's only output. */
const OUTPUT = "output";

/**
 * Writes a network as an ONNX model (opset 18): input `input`, output `output`, both NCHW float32 with open batch, height
 * and width. Dropout disappears, and batch norms are folded into the convolutions in front of them.
 *
 * Source: ONNX operator reference, opset 18.
 *
 * @throws ModelError `weights_mismatch`
 */
export function toOnnx(network: NetworkSpec, networkWeights: Weights): Uint8Array {
  assertWeightsFit(network, networkWeights);
  const { spec, weights } = foldBatchNorm({ spec: network, weights: networkWeights });
  const side = smallestSide(spec);
  const shapes = inferShapes(spec, { height: side, width: side });
  const graph = new OnnxGraph();
  const names = new Map([[INPUT, INPUT]]);
  for (const node of spec.nodes) {
    const inputs = node.inputs.map((id) => names.get(id)!);
    names.set(node.id, writeNode(graph, node, inputs, shapes.get(node.inputs[0]!)!.channels, weights));
  }
  graph.node("Identity", OUTPUT, [names.get(spec.output)!]);
  return graph.finish({
    name: spec.name,
    input: INPUT,
    inputChannels: spec.inputChannels,
    output: OUTPUT,
    outputChannels: shapes.get(spec.output)!.channels,
  });
}

function writeNode(
  graph: OnnxGraph,
  node: NetworkNode,
  inputs: readonly string[],
  channels: number,
  weights: Weights,
): string {
  const x = inputs[0]!;
  const kernel = (name: string, order: readonly [number, number, number, number]) => {
    const { shape, data } = weights.get(name)!;
    const permuted = permuteKernel(data, shape, order);
    return graph.floats(name, permuted.shape, permuted.data);
  };
  const bias = (name: string | undefined) => {
    if (name === undefined) return [];
    const { shape, data } = weights.get(name)!;
    return [graph.floats(name, shape, data)];
  };

  switch (node.op) {
    case "conv":
    case "depthwiseConv": {
      const { mode, pixels } = node.padding;
      const reflect = mode === "reflect" && pixels > 0;
      const pads = () =>
        graph.integers(`pads/reflect${pixels}`, [0, 0, pixels, pixels, 0, 0, pixels, pixels]);
      const padded = reflect ? graph.node("Pad", `${node.id}/pad`, [x, pads()], { mode: "reflect" }) : x;
      // HWIO → OIHW; a depthwise [h, w, c, 1] → [c, 1, h, w].
      const order = node.op === "conv" ? ([3, 2, 0, 1] as const) : ([2, 3, 0, 1] as const);
      const attributes = convAttributes(node.size, node.stride, reflect ? 0 : pixels);
      const group = node.op === "conv" ? 1 : channels;
      return graph.node("Conv", node.id, [padded, kernel(node.kernel, order), ...bias(node.bias)], {
        ...attributes,
        group,
      });
    }
    case "transposedConv":
      // [h, w, out, in] → [in, out, h, w].
      return graph.node(
        "ConvTranspose",
        node.id,
        [x, kernel(node.kernel, [3, 2, 0, 1]), ...bias(node.bias)],
        {
          ...convAttributes(node.size, node.stride, node.padding),
          output_padding: [node.outputPadding, node.outputPadding],
        },
      );
    case "resize": {
      const scales = Float32Array.of(1, 1, node.scale, node.scale);
      const scaling = graph.floats(`scales/${node.scale}`, [4], scales);
      return graph.node("Resize", node.id, [x, "", scaling], {
        mode: "nearest",
        coordinate_transformation_mode: "asymmetric",
        nearest_mode: "floor",
      });
    }
    case "norm": {
      const ones = graph.floats(`ones/${channels}`, [channels], new Float32Array(channels).fill(1));
      const zeros = graph.floats(`zeros/${channels}`, [channels], new Float32Array(channels));
      return graph.node("InstanceNormalization", node.id, [x, ones, zeros], {
        epsilon: { float: node.epsilon },
      });
    }
    case "activation":
      switch (node.kind) {
        case "relu":
          return graph.node("Relu", node.id, [x]);
        case "leakyRelu":
          return graph.node("LeakyRelu", node.id, [x], { alpha: { float: node.slope ?? 0.2 } });
        case "tanh":
          return graph.node("Tanh", node.id, [x]);
        case "sigmoid":
          return graph.node("Sigmoid", node.id, [x]);
      }
      break;
    case "add":
      return graph.node("Add", node.id, inputs);
    case "concat":
      return graph.node("Concat", node.id, inputs, { axis: 1 });
    case "dropout":
      return x;
  }
}

function convAttributes(size: number, stride: number, pixels: number): Record<string, OnnxAttribute> {
  return {
    kernel_shape: [size, size],
    strides: [stride, stride],
    pads: [pixels, pixels, pixels, pixels],
  };
}
