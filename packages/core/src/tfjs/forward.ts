import * as tf from "@tensorflow/tfjs-core";
import { ModelError } from "../errors.ts";
import { inferShapes } from "../network/shapes.ts";
import { type ActivationNode, INPUT, type NetworkNode, type NetworkSpec } from "../network/spec.ts";
import { conv, depthwiseConv, transposedConv } from "./convolution.ts";
import { instanceNorm } from "./instance-norm.ts";
import { rectify } from "./rectify.ts";

/** Weights of a network as tensors, by name. */
export type WeightTensors = Readonly<Record<string, tf.Tensor>>;

/** Options of {@link forward}. */
export interface ForwardOptions {
  /** Seed of this pass's dropout masks; dropout is the identity where it is absent. */
  readonly dropoutSeed?: number;
}

/**
 * Runs a network with tfjs ops on the current backend; differentiable with respect to input and weights.
 *
 * @param input `[batch, height, width, channels]`, images in [-1, 1]
 * @returns `[batch, height, width, channels]` of the output node
 * @throws InvalidArgumentError when the input's sides do not suit the network
 * @throws ModelError `weights_mismatch` when a weight is missing
 */
export function forward(
  spec: NetworkSpec,
  weights: WeightTensors,
  input: tf.Tensor4D,
  { dropoutSeed }: ForwardOptions = {},
): tf.Tensor4D {
  inferShapes(spec, { height: input.shape[1], width: input.shape[2] });
  return tf.tidy(() => {
    const outputs = new Map<string, tf.Tensor4D>([[INPUT, input]]);
    for (const [index, node] of spec.nodes.entries()) {
      const inputs = node.inputs.map((id) => outputs.get(id)!);
      const seed = dropoutSeed === undefined ? undefined : dropoutSeed + index;
      outputs.set(node.id, run(spec, node, inputs, weights, seed));
    }
    return outputs.get(spec.output)!;
  });
}

function run(
  spec: NetworkSpec,
  node: NetworkNode,
  inputs: readonly tf.Tensor4D[],
  weights: WeightTensors,
  seed: number | undefined,
): tf.Tensor4D {
  const [x, other] = inputs as [tf.Tensor4D, tf.Tensor4D];
  const weight = (name: string): tf.Tensor => {
    const tensor = weights[name];
    if (!tensor)
      throw new ModelError(`${spec.name} needs weight "${name}" and got none.`, { code: "weights_mismatch" });
    return tensor;
  };
  const biased = (y: tf.Tensor4D, bias: string | undefined) =>
    bias === undefined ? y : tf.add<tf.Tensor4D>(y, weight(bias));
  switch (node.op) {
    case "conv":
      return biased(conv(node, x, weight(node.kernel) as tf.Tensor4D), node.bias);
    case "depthwiseConv":
      return biased(depthwiseConv(node, x, weight(node.kernel) as tf.Tensor4D), node.bias);
    case "transposedConv":
      return biased(transposedConv(node, x, weight(node.kernel) as tf.Tensor4D), node.bias);
    case "resize":
      return tf.image.resizeNearestNeighbor(x, [x.shape[1] * node.scale, x.shape[2] * node.scale]);
    case "norm":
      return instanceNorm(x, node.epsilon);
    case "activation":
      return activate(node, x);
    case "add":
      return tf.add(x, other);
    case "concat":
      return tf.concat([x, other], 3);
    case "dropout":
      return seed === undefined ? x : (tf.dropout(x, node.rate, undefined, seed) as tf.Tensor4D);
  }
}

function activate(node: ActivationNode, x: tf.Tensor4D): tf.Tensor4D {
  switch (node.kind) {
    case "relu":
      return rectify(x);
    case "leakyRelu":
      return rectify(x, node.slope ?? 0.2);
    case "tanh":
      return tf.tanh(x);
    case "sigmoid":
      return tf.sigmoid(x);
  }
}
