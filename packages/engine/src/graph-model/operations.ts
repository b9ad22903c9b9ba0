import { invalidModel, printable, unsupported } from "../errors.ts";
import { AttributeReader, type RawNode } from "./attributes.ts";
import type { Constant } from "./constant.ts";
import type { GraphNode, PlainNode, WindowNode } from "./graph.ts";
import { readWindow } from "./read-window.ts";

/** Turns a node into its typed form, given the positions of its inputs and the constant of its name. */
type Reader = (
  node: RawNode,
  attributes: AttributeReader,
  context: { readonly inputs: readonly number[]; readonly constant: Constant | undefined },
) => GraphNode;

/** Every op the engine understands, `Identity` aside; anything else is refused by name. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["Placeholder", readPlaceholder],
  ["Const", readConst],
  ["Conv2D", window("Conv2D", 2)],
  ["DepthwiseConv2dNative", window("DepthwiseConv2dNative", 2)],
  ["Conv2DBackpropInput", window("Conv2DBackpropInput", 3)],
  ["MirrorPad", readMirrorPad],
  ["ResizeNearestNeighbor", readResize],
  ["LeakyRelu", readLeakyRelu],
  ["Mean", readMean],
  ["BiasAdd", readBiasAdd],
  ["ConcatV2", readConcat],
  ["Relu", plain("Relu", 1)],
  ["Tanh", plain("Tanh", 1)],
  ["Sigmoid", plain("Sigmoid", 1)],
  ["AddV2", plain("AddV2", 2)],
  ["Sub", plain("Sub", 2)],
  ["Mul", plain("Mul", 2)],
  ["SquaredDifference", plain("SquaredDifference", 2)],
  ["Rsqrt", plain("Rsqrt", 1)],
  ["Shape", plain("Shape", 1, "out_type")],
  ["Slice", plain("Slice", 3, "Index")],
]);

/** Names of the ops a model may be made of. */
export const SUPPORTED_OPS: readonly string[] = ["Identity", ...READERS.keys()];

/**
 * The typed form of one node.
 *
 * @throws EngineError `unsupported_op` naming the op, the node and the attribute the engine does not know
 * @throws EngineError `invalid_model` for a constant without values
 */
export function readOperation(
  node: RawNode,
  context: { readonly inputs: readonly number[]; readonly constant: Constant | undefined },
): GraphNode {
  const reader = READERS.get(node.op);
  if (!reader) {
    throw unsupported(node, `this op is not supported; supported are ${SUPPORTED_OPS.join(", ")}`);
  }
  const attributes = new AttributeReader(node);
  const typed = reader(node, attributes, context);
  attributes.finish();
  return typed;
}

function plain(op: PlainNode["op"], arity: number, ...types: readonly string[]): Reader {
  return (node, attributes, { inputs }) => {
    requireArity(node, inputs, arity);
    for (const name of ["T", ...types]) attributes.type(name);
    return { op, name: node.name, inputs };
  };
}

function window(op: WindowNode["op"], arity: number): Reader {
  return (node, attributes, { inputs }) => {
    requireArity(node, inputs, arity);
    return readWindow(op, node, attributes, inputs);
  };
}

function readPlaceholder(
  node: RawNode,
  attributes: AttributeReader,
  { inputs }: { readonly inputs: readonly number[] },
): GraphNode {
  requireArity(node, inputs, 0);
  const dtype = attributes.type("dtype");
  if (dtype === "int32") throw unsupported(node, `attribute "dtype" is int32; the input must be float32`);
  const shape = attributes.shape("shape") ?? [];
  const [batch, height, width, channels] = shape;
  if (shape.length !== 4 || (batch !== -1 && batch !== 1)) {
    throw unsupported(node, `attribute "shape" is [${shape}]; it must be [1 or -1, height, width, channels]`);
  }
  const sidesFit = [height!, width!].every((side) => side === -1 || side > 0);
  if (!sidesFit || channels! < 1 || channels! > 1024) {
    throw unsupported(
      node,
      `attribute "shape" is [${shape}]; sides must be -1 or positive, channels 1 to 1024`,
    );
  }
  return {
    op: "Placeholder",
    name: node.name,
    inputs: [],
    height: height!,
    width: width!,
    channels: channels!,
  };
}

function readConst(
  node: RawNode,
  attributes: AttributeReader,
  { inputs, constant }: { readonly inputs: readonly number[]; readonly constant: Constant | undefined },
): GraphNode {
  requireArity(node, inputs, 0);
  attributes.ignore("dtype", "value", "shape");
  if (!constant) {
    throw invalidModel(
      `Const "${printable(node.name)}" has no values in the weights manifest; publish the model again.`,
    );
  }
  return { op: "Const", name: node.name, inputs: [], constant };
}

function readMirrorPad(
  node: RawNode,
  attributes: AttributeReader,
  { inputs }: { readonly inputs: readonly number[] },
): GraphNode {
  requireArity(node, inputs, 2);
  attributes.type("T");
  attributes.type("Tpaddings");
  attributes.only("mode", "REFLECT");
  return { op: "MirrorPad", name: node.name, inputs };
}

function readResize(
  node: RawNode,
  attributes: AttributeReader,
  { inputs }: { readonly inputs: readonly number[] },
): GraphNode {
  requireArity(node, inputs, 2);
  attributes.type("T");
  for (const name of ["align_corners", "half_pixel_centers"]) {
    if (attributes.boolean(name, false)) {
      throw unsupported(node, `attribute "${name}" is true; only false is supported`);
    }
  }
  return { op: "ResizeNearestNeighbor", name: node.name, inputs };
}

function readLeakyRelu(
  node: RawNode,
  attributes: AttributeReader,
  { inputs }: { readonly inputs: readonly number[] },
): GraphNode {
  requireArity(node, inputs, 1);
  attributes.type("T");
  return { op: "LeakyRelu", name: node.name, inputs, alpha: attributes.number("alpha", 0.2) };
}

function readMean(
  node: RawNode,
  attributes: AttributeReader,
  { inputs }: { readonly inputs: readonly number[] },
): GraphNode {
  requireArity(node, inputs, 2);
  attributes.type("T");
  attributes.type("Tidx");
  return { op: "Mean", name: node.name, inputs, keepDims: attributes.boolean("keep_dims", false) };
}

function readBiasAdd(
  node: RawNode,
  attributes: AttributeReader,
  { inputs }: { readonly inputs: readonly number[] },
): GraphNode {
  requireArity(node, inputs, 2);
  attributes.type("T");
  attributes.only("data_format", "NHWC");
  return { op: "BiasAdd", name: node.name, inputs };
}

function readConcat(
  node: RawNode,
  attributes: AttributeReader,
  { inputs }: { readonly inputs: readonly number[] },
): GraphNode {
  attributes.type("T");
  attributes.type("Tidx");
  const parts = attributes.number("N", inputs.length - 1);
  if (parts !== inputs.length - 1 || parts < 1) {
    throw unsupported(
      node,
      `attribute "N" is ${parts} and the node joins ${inputs.length - 1}; they must agree`,
    );
  }
  return { op: "ConcatV2", name: node.name, inputs };
}

function requireArity(node: RawNode, inputs: readonly number[], arity: number): void {
  if (inputs.length !== arity) throw unsupported(node, `it reads ${inputs.length} inputs; it takes ${arity}`);
}
