import * as tf from "@tensorflow/tfjs-core";
import { instanceNormWithStatistics, plainInstanceNorm } from "./instance-norm.ts";

/** Statistics of one batch, for the running ones. */
export interface BatchStatistics {
  /** `[channels]`. */
  readonly mean: tf.Tensor1D;
  /** `[channels]`, unbiased as PyTorch keeps it. */
  readonly variance: tf.Tensor1D;
}

/** Share of a new batch in the running statistics (PyTorch's default `momentum`). */
export const RUNNING_STATISTICS_MOMENTUM = 0.1;

/** Options of {@link batchNorm}. */
export interface BatchNormOptions {
  readonly epsilon: number;
  /** Called with the batch's statistics inside a tidy; keep (`tf.keep`) what is to outlive it. */
  readonly observe?: (statistics: BatchStatistics) => void;
  /** Keeps to ops whose gradients have gradients; does not observe. */
  readonly twiceDifferentiable?: boolean;
}

/** A learned factor and summand per channel, both `[channels]`. */
export interface ChannelAffine {
  readonly scale: tf.Tensor;
  readonly shift: tf.Tensor;
}

/**
 * Batch normalisation by the batch's own statistics over N, H and W.
 *
 * It is instance normalisation of the whole batch as if it were one tall image, then a scale and a shift.
 *
 * Source: arXiv 1502.03167; PyTorch `BatchNorm2d` in training mode.
 *
 * @param x `[batch, height, width, channels]`
 */
export function batchNorm(
  x: tf.Tensor4D,
  { scale, shift }: ChannelAffine,
  { epsilon, observe, twiceDifferentiable = false }: BatchNormOptions,
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const tall = tf.reshape(x, [1, batch * height, width, channels]) as tf.Tensor4D;
  const count = batch * height * width;
  const normalised = twiceDifferentiable
    ? plainInstanceNorm(tall, epsilon)
    : instanceNormWithStatistics(
        tall,
        epsilon,
        observe &&
          (({ mean, variance }) =>
            observe({
              mean: tf.reshape(mean, [channels]),
              variance: tf.mul(tf.reshape(variance, [channels]), count / Math.max(1, count - 1)),
            })),
      );
  return tf.add(tf.mul(tf.reshape(normalised, x.shape), scale), shift);
}

/** Batch normalisation by running statistics, all `[channels]`: an affine map per channel. */
export function batchNormInference(
  x: tf.Tensor4D,
  { epsilon }: { readonly epsilon: number },
  { scale, shift, mean, variance }: ChannelAffine & Record<"mean" | "variance", tf.Tensor>,
): tf.Tensor4D {
  const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)));
  return tf.add(tf.mul(x, factor), tf.sub(shift, tf.mul(mean, factor)));
}
