import * as tf from "@tensorflow/tfjs-core";

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
  const fused =
    tf.getKernel("InstanceNorm", tf.getBackend()) && tf.getKernel("InstanceNormGrad", tf.getBackend());
  return fused ? fusedInstanceNorm(x, epsilon) : composedInstanceNorm(x, epsilon);
}

function fusedInstanceNorm(x: tf.Tensor4D, epsilon: number): tf.Tensor4D {
  const norm = tf.customGrad((input, save) => {
    const [y, mean, reciprocalDeviation] = tf
      .engine()
      .runKernel("InstanceNorm", { x: input as tf.Tensor }, { epsilon }) as tf.Tensor[];
    mean!.dispose();
    (save as tf.GradSaveFunc)([y!, reciprocalDeviation!]);
    return {
      value: y!,
      gradFunc: (dy, saved) => {
        const [y, reciprocalDeviation] = saved as [tf.Tensor, tf.Tensor];
        return tf
          .engine()
          .runKernel("InstanceNormGrad", { dy: dy as tf.Tensor, y, reciprocalDeviation }) as tf.Tensor;
      },
    };
  });
  return norm(x) as tf.Tensor4D;
}

function composedInstanceNorm(x: tf.Tensor4D, epsilon: number): tf.Tensor4D {
  const norm = tf.customGrad((input, save) => {
    const { mean, variance } = tf.moments(input as tf.Tensor4D, [1, 2], true);
    const reciprocalDeviation = tf.rsqrt(tf.add(variance, epsilon));
    const y = tf.mul(tf.sub(input as tf.Tensor4D, mean), reciprocalDeviation);
    (save as tf.GradSaveFunc)([y, reciprocalDeviation]);
    return {
      value: y,
      gradFunc: (dy, saved) => {
        const [y, reciprocalDeviation] = saved as [tf.Tensor4D, tf.Tensor4D];
        const gradient = dy as tf.Tensor4D;
        const mean = tf.mean(gradient, [1, 2], true);
        const projection = tf.mean(tf.mul(gradient, y), [1, 2], true);
        return tf.mul(reciprocalDeviation, tf.sub(tf.sub(gradient, mean), tf.mul(y, projection)));
      },
    };
  });
  return norm(x) as tf.Tensor4D;
}
