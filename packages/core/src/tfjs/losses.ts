import * as tf from "@tensorflow/tfjs-core";

/** Forms of the adversarial loss: least squares, cross-entropy on logits, Wasserstein. */
export type GanMode = "lsgan" | "vanilla" | "wgangp";

/**
 * Adversarial loss of logits that are to look like `target`, a mean over patches and images.
 *
 * `lsgan`: (logits − t)², t = 1 for real and 0 for fake; `vanilla`: binary cross-entropy against t; `wgangp`: −logits for
 * real, logits for fake (its gradient penalty is a term of its own, {@link gradientPenalty}).
 *
 * Source: arXiv 1611.04076, 1406.2661, 1704.00028; junyanz/pytorch-CycleGAN-and-pix2pix `GANLoss`.
 */
export function adversarialLoss(mode: GanMode, logits: tf.Tensor, target: "real" | "fake"): tf.Scalar {
  const real = target === "real";
  return tf.tidy(() => {
    switch (mode) {
      case "lsgan":
        return tf.mean(tf.square(real ? tf.sub(logits, 1) : logits));
      case "vanilla":
        // −log σ(x) = softplus(−x), and −log(1 − σ(x)) = softplus(x): neither overflows.
        return tf.mean(tf.softplus(real ? tf.neg(logits) : logits));
      case "wgangp":
        return real ? tf.neg(tf.mean(logits)) : tf.mean(logits);
    }
  });
}

/** Discriminator's loss of the reference: half the sum of its errors on a real and on a fake batch. */
export function discriminatorLoss(mode: GanMode, real: tf.Tensor, fake: tf.Tensor): tf.Scalar {
  return tf.tidy(() =>
    tf.mul(tf.add(adversarialLoss(mode, real, "real"), adversarialLoss(mode, fake, "fake")), 0.5),
  );
}

/**
 * Weighted mean of (‖∇D(x̂)‖₂ − 1)² over points x̂ on the lines between real and fake images.
 *
 * Source: arXiv 1704.00028, eq. 3; junyanz/pytorch-CycleGAN-and-pix2pix `cal_gradient_penalty`, type `mixed`.
 *
 * @param discriminate a twice differentiable discriminator
 * @param mixing share of the real image in x̂, in [0, 1], one per image
 */
export function gradientPenalty(
  discriminate: (x: tf.Tensor4D) => tf.Tensor,
  { real, fake, mixing }: { real: tf.Tensor4D; fake: tf.Tensor4D; mixing: Float32Array },
  weight: number,
): tf.Scalar {
  return tf.tidy(() => {
    const share = tf.tensor4d(mixing, [mixing.length, 1, 1, 1]);
    const mixed = tf.add<tf.Tensor4D>(tf.mul(real, share), tf.mul(fake, tf.sub(1, share)));
    const slope = tf.grad((x) => tf.sum(discriminate(x as tf.Tensor4D)))(mixed);
    // The reference adds 1e-16 to every component, which keeps the root differentiable at zero.
    const norms = tf.sqrt(tf.sum(tf.square(tf.add(slope, 1e-16)), [1, 2, 3]));
    return tf.mul(tf.mean(tf.square(tf.sub(norms, 1))), weight);
  });
}

/** Mean absolute difference: the distance of cycle consistency and identity (arXiv 1703.10593, eq. 2 and section 5.2). */
export function meanAbsoluteError(a: tf.Tensor, b: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.abs(tf.sub(a, b))));
}

/** λ · ‖F(G(x)) − x‖₁ as a mean over pixels and channels (eq. 2). */
export function cycleConsistency(reconstructed: tf.Tensor, original: tf.Tensor, weight: number): tf.Scalar {
  return tf.tidy(() => tf.mul(meanAbsoluteError(reconstructed, original), weight));
}

/** λ · ‖G(x) − x‖₁ as a mean over pixels and channels: SimGAN's self-regularisation (arXiv 1612.07828, eq. 3). */
export function selfRegularization(output: tf.Tensor, input: tf.Tensor, weight: number): tf.Scalar {
  return tf.tidy(() => tf.mul(meanAbsoluteError(output, input), weight));
}

/** ½ λ · ‖G(y) − y‖₁ with the half inside `weight`: keeps a generator from repainting what is already in its domain. */
export function identity(output: tf.Tensor, original: tf.Tensor, weight: number): tf.Scalar {
  return tf.tidy(() => tf.mul(meanAbsoluteError(output, original), weight));
}

/**
 * Mean cross-entropy of class logits over the places that have a class.
 *
 * @param logits `[…, classes]`
 * @param target same shape, one-hot; all zeros where a place counts nowhere
 */
export function classCrossEntropy(logits: tf.Tensor, target: tf.Tensor): tf.Scalar {
  return tf.tidy(() => {
    const places = tf.maximum(tf.sum(target), 1);
    return tf.neg(tf.div(tf.sum(tf.mul(target, tf.logSoftmax(logits))), places));
  });
}
