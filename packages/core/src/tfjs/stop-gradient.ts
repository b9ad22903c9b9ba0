import * as tf from "@tensorflow/tfjs-core";

/** The same values as a constant: nothing behind it is differentiated, and nothing is computed for that. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  // An op without inputs ends every path back from here; an op on x would still be walked through, with zeros.
  return tf.customGrad(() => ({ value: x.clone(), gradFunc: () => [] }))() as T;
}
