import { littleEndian } from "../little-endian.ts";
import { ProtobufWriter } from "../protobuf.ts";

/** An attribute of an ONNX node. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

/** ONNX operator set every model here is written for. */
const OPSET = 18;

// Field numbers and enum values below: onnx/onnx.proto.
const FLOAT = 1;
const INT64 = 7;

/** Collects nodes and initializers of an ONNX graph; `node` returns the name of its only output. */
export class OnnxGraph {
  readonly #nodes: ProtobufWriter[] = [];
  readonly #initializers = new Map<string, ProtobufWriter>();

  node(
    op: string,
    name: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute> = {},
  ): string {
    const node = new ProtobufWriter();
    for (const input of inputs) node.text(1, input);
    node.text(2, name).text(3, name).text(4, op);
    for (const [key, value] of Object.entries(attributes)) node.message(5, attribute(key, value));
    this.#nodes.push(node);
    return name;
  }

  floats(name: string, dimensions: readonly number[], values: Float32Array): string {
    return this.#initializer(
      name,
      FLOAT,
      dimensions,
      littleEndian(values.length, 4, (view, index) => view.setFloat32(index * 4, values[index]!, true)),
    );
  }

  integers(name: string, values: readonly number[]): string {
    const bytes = littleEndian(values.length, 8, (view, index) =>
      view.setBigInt64(index * 8, BigInt(values[index]!), true),
    );
    return this.#initializer(name, INT64, [values.length], bytes);
  }

  /** The whole ModelProto; image tensors are NCHW with open batch, height and width. */
  finish(options: {
    name: string;
    input: string;
    inputChannels: number;
    output: string;
    outputChannels: number;
  }): Uint8Array {
    const graph = new ProtobufWriter();
    for (const node of this.#nodes) graph.message(1, node);
    graph.text(2, options.name);
    for (const initializer of this.#initializers.values()) graph.message(5, initializer);
    graph.message(11, imageValue(options.input, options.inputChannels, ""));
    graph.message(12, imageValue(options.output, options.outputChannels, "out_"));
    return new ProtobufWriter()
      .integer(1, 8)
      .text(2, "unpaired")
      .message(7, graph)
      .message(8, new ProtobufWriter().text(1, "").integer(2, OPSET))
      .finish();
  }

  #initializer(name: string, type: number, dimensions: readonly number[], raw: Uint8Array): string {
    if (!this.#initializers.has(name)) {
      const tensor = new ProtobufWriter();
      for (const dimension of dimensions) tensor.integer(1, dimension);
      this.#initializers.set(name, tensor.integer(2, type).text(8, name).bytes(9, raw));
    }
    return name;
  }
}

function attribute(name: string, value: OnnxAttribute): ProtobufWriter {
  const message = new ProtobufWriter().text(1, name);
  if (typeof value === "number") return message.integer(3, value).integer(20, 2);
  if (typeof value === "string") return message.text(4, value).integer(20, 3);
  if ("float" in value) return message.float(2, value.float).integer(20, 1);
  for (const element of value) message.integer(8, element);
  return message.integer(20, 7);
}

function imageValue(name: string, channels: number, prefix: string): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const side of [`${prefix}batch`, channels, `${prefix}height`, `${prefix}width`]) {
    const dimension = new ProtobufWriter();
    shape.message(1, typeof side === "number" ? dimension.integer(1, side) : dimension.text(2, side));
  }
  const tensor = new ProtobufWriter().integer(1, FLOAT).message(2, shape);
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
}
