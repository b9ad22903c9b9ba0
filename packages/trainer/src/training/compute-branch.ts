import * as tf from "@tensorflow/tfjs-core";
import type { NetworkSpec } from "@unpaired/core";
import { forward, type WeightTensors } from "@unpaired/core/tfjs";
import type { Branch } from "../methods/method.ts";
import type { ImageBatch } from "./image-batch.ts";

/** What a branch leaves behind. */
export interface BranchResult {
  /** Value of every loss term. */
  readonly losses: Readonly<Record<string, number>>;
  /** Gradients by network and weight, on the backend; the caller disposes them. */
  readonly gradients: Readonly<Record<string, WeightTensors>>;
  readonly outputs: Readonly<Record<string, ImageBatch>>;
}

/** Evaluates a branch's objective and its gradients with respect to the networks it trains. */
export function computeBranch(
  branch: Branch,
  specs: Readonly<Record<string, NetworkSpec>>,
  weights: Readonly<Record<string, WeightTensors>>,
  inputs: Readonly<Record<string, ImageBatch>>,
): BranchResult {
  const names = branch.trains.flatMap((network) =>
    Object.keys(weights[network]!).map((weight) => ({ network, weight })),
  );
  const losses: Record<string, number> = {};
  const outputs: Record<string, ImageBatch> = {};

  const objective = (...trained: tf.Tensor[]): tf.Scalar => {
    const current: Record<string, Record<string, tf.Tensor>> = {};
    for (const network of Object.keys(weights)) current[network] = { ...weights[network] };
    names.forEach(({ network, weight }, index) => {
      current[network]![weight] = trained[index]!;
    });
    const batches: Record<string, tf.Tensor4D> = {};
    for (const [name, { data, shape }] of Object.entries(inputs))
      batches[name] = tf.tensor4d(data, [...shape]);
    const result = branch.objective((network, x) => forward(specs[network]!, current[network]!, x), batches);
    for (const [name, term] of Object.entries(result.terms)) losses[name] = term.dataSync()[0]!;
    for (const [name, image] of Object.entries(result.outputs ?? {})) {
      outputs[name] = { data: Float32Array.from(image.dataSync()), shape: image.shape };
    }
    return tf.addN(Object.values(result.terms)) as tf.Scalar;
  };

  const tensors = tf.tidy(() => {
    return tf.valueAndGrads(objective)(names.map(({ network, weight }) => weights[network]![weight]!)).grads;
  });
  const gradients: Record<string, Record<string, tf.Tensor>> = {};
  names.forEach(({ network, weight }, index) => {
    gradients[network] ??= {};
    gradients[network][weight] = tensors[index]!;
  });
  return { losses, gradients, outputs };
}
