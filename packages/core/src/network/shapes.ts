import { InvalidArgumentError, ModelError } from "../errors.ts";
import { INPUT, type NetworkNode, type NetworkSpec } from "./spec.ts";

/** Height, width and channels of one image-like tensor. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Shape of every node's output for an input of the given size, by node id (the input's under `input`).
 *
 * @throws InvalidArgumentError when the sides do not suit the network
 * @throws ModelError when the description itself does not hold together
 */
export function inferShapes(
  spec: NetworkSpec,
  size: { height: number; width: number },
): Map<string, ImageShape> {
  for (const side of [size.height, size.width]) {
    if (!Number.isInteger(side) || side < spec.minimumSide || side % spec.multipleOf !== 0) {
      throw new InvalidArgumentError(
        `${spec.name} cannot take an input of ${size.width}×${size.height} pixels: both sides must be multiples of ${spec.multipleOf} and at least ${spec.minimumSide}.`,
        { code: "unsuitable_size" },
      );
    }
  }
  const shapes = new Map<string, ImageShape>([[INPUT, { ...size, channels: spec.inputChannels }]]);
  for (const node of spec.nodes) {
    if (shapes.has(node.id)) throw broken(spec, `two nodes are called "${node.id}"`);
    const inputs = node.inputs.map((id) => {
      const shape = shapes.get(id);
      if (!shape) throw broken(spec, `node "${node.id}" reads "${id}", which no earlier node produces`);
      return shape;
    });
    const arity = node.op === "concat" || node.op === "add" ? 2 : 1;
    if (inputs.length !== arity) throw broken(spec, `node "${node.id}" (${node.op}) needs ${arity} input(s)`);
    shapes.set(node.id, outputShape(spec, node, inputs));
  }
  if (!shapes.has(spec.output)) throw broken(spec, `the output "${spec.output}" is no node's id`);
  return shapes;
}

function outputShape(spec: NetworkSpec, node: NetworkNode, inputs: readonly ImageShape[]): ImageShape {
  const first = inputs[0]!;
  switch (node.op) {
    case "conv":
    case "depthwiseConv": {
      const { pixels, mode } = node.padding;
      if (mode === "reflect" && pixels >= Math.min(first.height, first.width)) {
        throw new InvalidArgumentError(
          `${spec.name}: "${node.id}" cannot mirror ${pixels} pixels of a ${first.width}×${first.height} input; use a larger input.`,
          { code: "unsuitable_size" },
        );
      }
      const side = (length: number) => Math.floor((length + 2 * pixels - node.size) / node.stride) + 1;
      const height = side(first.height);
      const width = side(first.width);
      if (height < 1 || width < 1) {
        throw new InvalidArgumentError(
          `${spec.name}: an input of this size shrinks to nothing at "${node.id}"; use a larger one.`,
          { code: "unsuitable_size" },
        );
      }
      return { height, width, channels: node.op === "conv" ? node.filters : first.channels };
    }
    case "transposedConv": {
      const side = (length: number) =>
        (length - 1) * node.stride - 2 * node.padding + node.size + node.outputPadding;
      return { height: side(first.height), width: side(first.width), channels: node.filters };
    }
    case "resize":
      return { height: first.height * node.scale, width: first.width * node.scale, channels: first.channels };
    case "add":
    case "concat": {
      const second = inputs[1]!;
      const sameSides = first.height === second.height && first.width === second.width;
      if (!sameSides || (node.op === "add" && first.channels !== second.channels)) {
        throw broken(
          spec,
          `node "${node.id}" (${node.op}) joins ${first.height}×${first.width}×${first.channels} and ${second.height}×${second.width}×${second.channels}`,
        );
      }
      return node.op === "add" ? first : { ...first, channels: first.channels + second.channels };
    }
    case "norm":
    case "activation":
    case "dropout":
      return first;
  }
}

function broken(spec: NetworkSpec, what: string): ModelError {
  return new ModelError(`The network ${spec.name} is not well formed: ${what}.`, {
    code: "malformed_network",
  });
}
