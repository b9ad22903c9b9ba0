import * as tf from "@tensorflow/tfjs-core";
import { InvalidArgumentError, ModelError } from "../errors.ts";
import { inferShapes } from "../network/shapes.ts";
import {
  type ActivationNode,
  INPUT,
  type NetworkNode,
  type NetworkSpec,
  type NormNode,
} from "../network/spec.ts";
import { batchNorm, batchNormInference } from "./batch-norm.ts";
import { conv, depthwiseConv, transposedConv } from "./convolution.ts";
import { instanceNorm, plainInstanceNorm } from "./instance-norm.ts";
import { plainRectify, rectify } from "./rectify.ts";

/** Weights of a network as tensors, by name. */
export type WeightTensors = Readonly<Record<string, tf.Tensor>>;

/** What a batch norm saw in one training pass; names are those of its running statistics. */
export interface ObservedStatistic {
  readonly weight: string;
  /** `[channels]`; kept (`tf.keep`) for the receiver, which disposes it. */
  readonly value: tf.Tensor1D;
}

/** A pass in training: dropout drops, batch norms use the batch's statistics. */
export interface TrainingPass {
  /** Seed of this pass's dropout masks. */
  readonly dropoutSeed: number;
  /** Receives what the running statistics are to learn from this pass. */
  readonly observe?: (statistic: ObservedStatistic) => void;
}

/** Options of {@link forward}. */
export interface ForwardOptions {
  /** Outside training, dropout is the identity and batch norms use their running statistics. */
  readonly training?: TrainingPass;
  /** Keeps to ops whose gradients have gradients, as a gradient penalty needs; slower. */
  readonly twiceDifferentiable?: boolean;
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
  options: ForwardOptions = {},
): tf.Tensor4D {
  return activations(spec, weights, input, [spec.output], options)[0]!;
}

/**
 * Runs a network as {@link forward} does, as far as the given nodes need, and returns what those put out.
 *
 * @param nodes ids of nodes; `input` is the network's input
 * @returns one `[batch, height, width, channels]` per node, in the order asked for
 * @throws InvalidArgumentError when there is no such node
 */
export function activations(
  spec: NetworkSpec,
  weights: WeightTensors,
  input: tf.Tensor4D,
  nodes: readonly string[],
  options: ForwardOptions = {},
): tf.Tensor4D[] {
  const shapes = inferShapes(spec, { height: input.shape[1], width: input.shape[2] });
  const unknown = nodes.find((id) => !shapes.has(id));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`${spec.name} has no node "${unknown}"; name one of its nodes' ids.`);
  }
  const last = spec.nodes.findLastIndex(({ id }) => nodes.includes(id));
  return tf.tidy(() => {
    const outputs = new Map<string, tf.Tensor4D>([[INPUT, input]]);
    for (const [index, node] of spec.nodes.slice(0, last + 1).entries()) {
      const inputs = node.inputs.map((id) => outputs.get(id)!);
      outputs.set(node.id, run({ spec, weights, options }, node, index, inputs));
    }
    return nodes.map((id) => outputs.get(id)!);
  });
}

interface Pass {
  readonly spec: NetworkSpec;
  readonly weights: WeightTensors;
  readonly options: ForwardOptions;
}

function run(pass: Pass, node: NetworkNode, index: number, inputs: readonly tf.Tensor4D[]): tf.Tensor4D {
  const { training, twiceDifferentiable = false } = pass.options;
  const [x, other] = inputs as [tf.Tensor4D, tf.Tensor4D];
  const biased = (y: tf.Tensor4D, bias: string | undefined) =>
    bias === undefined ? y : tf.add<tf.Tensor4D>(y, weightOf(pass, bias));
  const kernel = (name: string) => weightOf(pass, name) as tf.Tensor4D;
  switch (node.op) {
    case "conv":
      return biased(conv(node, x, kernel(node.kernel)), node.bias);
    case "depthwiseConv":
      return biased(depthwiseConv(node, x, kernel(node.kernel)), node.bias);
    case "transposedConv":
      return biased(transposedConv(node, x, kernel(node.kernel)), node.bias);
    case "resize":
      return tf.image.resizeNearestNeighbor(x, [x.shape[1] * node.scale, x.shape[2] * node.scale]);
    case "norm":
      return normalise(pass, node, x);
    case "activation":
      return activate(node, x, twiceDifferentiable);
    case "add":
      return tf.add(x, other);
    case "concat":
      return tf.concat([x, other], 3);
    case "dropout":
      return training
        ? (tf.dropout(x, node.rate, undefined, training.dropoutSeed + index) as tf.Tensor4D)
        : x;
  }
}

function weightOf({ spec, weights }: Pass, name: string): tf.Tensor {
  const tensor = weights[name];
  if (tensor) return tensor;
  throw new ModelError(`${spec.name} needs weight "${name}" and got none.`, { code: "weights_mismatch" });
}

function normalise(pass: Pass, node: NormNode, x: tf.Tensor4D): tf.Tensor4D {
  const { training, twiceDifferentiable = false } = pass.options;
  if (node.kind === "instance") {
    return (twiceDifferentiable ? plainInstanceNorm : instanceNorm)(x, node.epsilon);
  }
  const affine = { scale: weightOf(pass, node.scale), shift: weightOf(pass, node.shift) };
  if (!training) {
    const mean = weightOf(pass, node.mean);
    return batchNormInference(x, node, { ...affine, mean, variance: weightOf(pass, node.variance) });
  }
  const { observe } = training;
  return batchNorm(x, affine, {
    epsilon: node.epsilon,
    twiceDifferentiable,
    ...(observe && {
      observe({ mean, variance }) {
        observe({ weight: node.mean, value: tf.keep(mean) });
        observe({ weight: node.variance, value: tf.keep(variance) });
      },
    }),
  });
}

function activate(node: ActivationNode, x: tf.Tensor4D, twiceDifferentiable: boolean): tf.Tensor4D {
  const rectified = twiceDifferentiable ? plainRectify : rectify;
  switch (node.kind) {
    case "relu":
      return rectified(x, 0);
    case "leakyRelu":
      return rectified(x, node.slope ?? 0.2);
    case "tanh":
      return tf.tanh(x);
    case "sigmoid":
      return tf.sigmoid(x);
  }
}
