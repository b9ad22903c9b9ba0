import * as tf from "@tensorflow/tfjs-core";

/** One weight with its running moments. */
export interface AdamSlot {
  readonly weight: tf.Tensor;
  readonly m: tf.Tensor;
  readonly v: tf.Tensor;
}

/** Hyper-parameters of one update. */
export interface AdamOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Number of this update, counted from 1. */
  readonly step: number;
}

/**
 * One Adam update; returns new tensors and leaves the old ones to the caller. Epsilon is added outside the
 * bias-corrected square root, as PyTorch does.
 *
 * Source: arXiv 1412.6980, algorithm 1; PyTorch `torch.optim.Adam`.
 */
export function adamUpdate(slot: AdamSlot, gradient: tf.Tensor, options: AdamOptions): AdamSlot {
  if (tf.getKernel("AdamUpdate", tf.getBackend())) {
    const inputs = { weight: slot.weight, m: slot.m, v: slot.v, gradient };
    const [weight, m, v] = tf.engine().runKernel("AdamUpdate", inputs, { ...options }) as tf.Tensor[];
    return { weight: weight!, m: m!, v: v! };
  }
  const { learningRate, beta1, beta2, epsilon, step } = options;
  const [weight, m, v] = tf.tidy(() => {
    const m = tf.add(tf.mul(slot.m, beta1), tf.mul(gradient, 1 - beta1));
    const v = tf.add(tf.mul(slot.v, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const deviation = tf.add(tf.div(tf.sqrt(v), Math.sqrt(1 - beta2 ** step)), epsilon);
    const weight = tf.sub(slot.weight, tf.mul(tf.div(m, deviation), learningRate / (1 - beta1 ** step)));
    return [weight, m, v];
  });
  return { weight: weight!, m: m!, v: v! };
}
