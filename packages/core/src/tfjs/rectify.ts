import * as tf from "@tensorflow/tfjs-core";

/**
 * max(x, slope · x): ReLU for slope 0, leaky ReLU otherwise. Its gradient needs only the output, and is one kernel
 * (`ReluGrad`) where the backend has it.
 *
 * @param slope in [0, 1)
 */
export function rectify(x: tf.Tensor4D, slope = 0): tf.Tensor4D {
  const rectified = tf.customGrad((input, save) => {
    const y = slope === 0 ? tf.relu(input as tf.Tensor4D) : tf.leakyRelu(input as tf.Tensor4D, slope);
    (save as tf.GradSaveFunc)([y]);
    return {
      value: y,
      gradFunc: (dy, saved) =>
        rectifyGradient(dy as tf.Tensor4D, (saved as tf.Tensor[])[0] as tf.Tensor4D, slope),
    };
  });
  return rectified(x) as tf.Tensor4D;
}

/** {@link rectify} in stock ops alone, whose gradient can itself be differentiated. */
export function plainRectify(x: tf.Tensor4D, slope = 0): tf.Tensor4D {
  // The stock rectifiers' gradients compare, which tfjs cannot differentiate again; it can differentiate Step.
  return tf.mul(x, tf.step(x, slope));
}

function rectifyGradient(dy: tf.Tensor4D, y: tf.Tensor4D, slope: number): tf.Tensor4D {
  if (tf.getKernel("ReluGrad", tf.getBackend())) {
    return tf.engine().runKernel("ReluGrad", { dy, y }, { slope }) as tf.Tensor4D;
  }
  return tf.tidy(() => tf.where(tf.greater(y, 0), dy, tf.mul(dy, slope)));
}
