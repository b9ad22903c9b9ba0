import { ModelError } from "../errors.ts";
import type { BatchNormNode, NetworkNode, NetworkSpec, Weight, Weights } from "./spec.ts";

/** A network with its weights. */
export interface WeightedNetwork {
  readonly spec: NetworkSpec;
  readonly weights: Weights;
}

/**
 * The same network with every batch norm, as it is outside training, folded into the convolution in front of it: kernels
 * times scale / √(variance + ε), and a bias.
 *
 * @throws ModelError `unfoldable_norm` where a batch norm does not stand right behind a convolution of its own
 */
export function foldBatchNorm({ spec, weights }: WeightedNetwork): WeightedNetwork {
  const norms = spec.nodes.filter(isBatchNorm);
  if (norms.length === 0) return { spec, weights };
  const folded = new Map(weights);
  const replacements = new Map<string, string>();
  const convolutions = new Map<string, NetworkNode>();
  for (const norm of norms) {
    const source = spec.nodes.find(({ id }) => id === norm.inputs[0]);
    const readers = spec.nodes.filter(({ inputs }) => inputs.includes(norm.inputs[0]!));
    if (!source || !("kernel" in source) || readers.length > 1 || spec.output === source.id) {
      throw new ModelError(
        `${spec.name}: the batch norm "${norm.id}" cannot be folded; it must be the only reader of a convolution.`,
        { code: "unfoldable_norm" },
      );
    }
    const bias = source.bias ?? `${source.id}/bias`;
    const { factor, summand } = affine(norm, weights, source.bias);
    folded.set(source.kernel, scaleKernel(weights.get(source.kernel)!, factor, source.op));
    folded.set(bias, { shape: [summand.length], data: summand });
    for (const name of [norm.scale, norm.shift, norm.mean, norm.variance]) folded.delete(name);
    convolutions.set(source.id, { ...source, bias });
    replacements.set(norm.id, source.id);
  }
  const renamed = (id: string) => replacements.get(id) ?? id;
  const nodes = spec.nodes
    .filter((node) => !isBatchNorm(node))
    .map((node) => ({ ...(convolutions.get(node.id) ?? node), inputs: node.inputs.map(renamed) }));
  return { spec: { ...spec, nodes, output: renamed(spec.output) }, weights: folded };
}

function isBatchNorm(node: NetworkNode): node is BatchNormNode {
  return node.op === "norm" && node.kind === "batch";
}

function affine(norm: BatchNormNode, weights: Weights, bias: string | undefined) {
  const values = (name: string) => weights.get(name)!.data;
  const [scale, shift, mean, variance] = [norm.scale, norm.shift, norm.mean, norm.variance].map(values);
  const factor = scale!.map((value, channel) => value / Math.sqrt(variance![channel]! + norm.epsilon));
  const before = bias === undefined ? undefined : values(bias);
  const summand = shift!.map(
    (value, channel) => value + ((before?.[channel] ?? 0) - mean![channel]!) * factor[channel]!,
  );
  return { factor, summand };
}

/** Multiplies the values of each output channel, the last axis of a conv's kernel and the third of the others. */
function scaleKernel({ shape, data }: Weight, factor: Float32Array, op: NetworkNode["op"]): Weight {
  const within = op === "conv" ? 1 : shape[3]!;
  const scaled = data.map((value, index) => value * factor[Math.floor(index / within) % factor.length]!);
  return { shape, data: scaled };
}
