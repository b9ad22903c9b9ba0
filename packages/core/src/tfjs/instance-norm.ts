import * as tf from "@tensorflow/tfjs-core";

/** Statistics of each channel of each image, `[batch, 1, 1, channels]`; the variance is the biased one. */
export interface ChannelStatistics {
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

/**
 * Instance normalisation without parameters: (x - mean) / sqrt(variance + epsilon) per image and channel, biased variance.
 *
 * Runs the backend's own `InstanceNorm` kernel where one is registered, else a composition of stock ops; the gradient is
 * the same closed form in both.
 *
 * Source: arXiv 1607.08022; PyTorch `InstanceNorm2d(affine=False)`.
 *
 * @param x `[batch, height, width, channels]`
 */
export function instanceNorm(x: tf.Tensor4D, epsilon = 1e-5): tf.Tensor4D {
  return instanceNormWithStatistics(x, epsilon);
}

/** {@link instanceNorm} that also shows the statistics it normalised by. */
export function instanceNormWithStatistics(
  x: tf.Tensor4D,
  epsilon: number,
  observe?: (statistics: ChannelStatistics) => void,
): tf.Tensor4D {
  const fused =
    tf.getKernel("InstanceNorm", tf.getBackend()) && tf.getKernel("InstanceNormGrad", tf.getBackend());
  const norm = tf.customGrad((input, save) => {
    const { y, mean, reciprocalDeviation } = (fused ? runKernel : compose)(input as tf.Tensor4D, epsilon);
    observe?.({ mean, variance: tf.sub(tf.reciprocal(tf.square(reciprocalDeviation)), epsilon) });
    (save as tf.GradSaveFunc)([y, reciprocalDeviation]);
    return {
      value: y,
      gradFunc: (dy, saved) => {
        const [y, reciprocalDeviation] = saved as [tf.Tensor4D, tf.Tensor4D];
        const gradient = dy as tf.Tensor4D;
        return fused
          ? (tf.engine().runKernel("InstanceNormGrad", { dy: gradient, y, reciprocalDeviation }) as tf.Tensor)
          : composeGradient(gradient, y, reciprocalDeviation);
      },
    };
  });
  return norm(x) as tf.Tensor4D;
}

/** Instance normalisation written in stock ops alone, whose gradient can itself be differentiated. */
export function plainInstanceNorm(x: tf.Tensor4D, epsilon = 1e-5): tf.Tensor4D {
  const centred = tf.sub(x, tf.mean(x, [1, 2], true));
  const variance = tf.mean(tf.square(centred), [1, 2], true);
  return tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
}

interface Normalised {
  readonly y: tf.Tensor;
  readonly mean: tf.Tensor;
  readonly reciprocalDeviation: tf.Tensor;
}

function runKernel(x: tf.Tensor4D, epsilon: number): Normalised {
  const outputs = tf.engine().runKernel("InstanceNorm", { x }, { epsilon }) as tf.Tensor[];
  const [y, mean, reciprocalDeviation] = outputs as [tf.Tensor, tf.Tensor, tf.Tensor];
  return { y, mean, reciprocalDeviation };
}

function compose(x: tf.Tensor4D, epsilon: number): Normalised {
  const { mean, variance } = tf.moments(x, [1, 2], true);
  const reciprocalDeviation = tf.rsqrt(tf.add(variance, epsilon));
  return { y: tf.mul(tf.sub(x, mean), reciprocalDeviation), mean, reciprocalDeviation };
}

function composeGradient(dy: tf.Tensor4D, y: tf.Tensor4D, reciprocalDeviation: tf.Tensor4D): tf.Tensor4D {
  const mean = tf.mean(dy, [1, 2], true);
  const projection = tf.mean(tf.mul(dy, y), [1, 2], true);
  return tf.mul(reciprocalDeviation, tf.sub(tf.sub(dy, mean), tf.mul(y, projection)));
}
