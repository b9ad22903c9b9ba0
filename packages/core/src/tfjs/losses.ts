import * as tf from "@tensorflow/tfjs-core";

/**
 * Least-squares adversarial loss: mean of (logits - target)², target 1 for real and 0 for fake.
 *
 * Source: LSGAN, arXiv 1611.04076; arXiv 1703.10593 section 4. The discriminator's half is the caller's factor.
 */
export function leastSquares(logits: tf.Tensor, target: "real" | "fake"): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.square(target === "real" ? tf.sub(logits, 1) : logits)));
}

/** Discriminator's loss of the reference: half the sum of its errors on a real and on a fake batch. */
export function discriminatorLoss(real: tf.Tensor, fake: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.mul(tf.add(leastSquares(real, "real"), leastSquares(fake, "fake")), 0.5));
}

/** Mean absolute difference: the distance of cycle consistency and identity (arXiv 1703.10593, eq. 2 and section 5.2). */
export function meanAbsoluteError(a: tf.Tensor, b: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.abs(tf.sub(a, b))));
}

/** λ · ‖F(G(x)) − x‖₁ as a mean over pixels and channels (eq. 2). */
export function cycleConsistency(reconstructed: tf.Tensor, original: tf.Tensor, weight: number): tf.Scalar {
  return tf.tidy(() => tf.mul(meanAbsoluteError(reconstructed, original), weight));
}

/** ½ λ · ‖G(y) − y‖₁ with the half inside `weight`: keeps a generator from repainting what is already in its domain. */
export function identity(output: tf.Tensor, original: tf.Tensor, weight: number): tf.Scalar {
  return tf.tidy(() => tf.mul(meanAbsoluteError(output, original), weight));
}
