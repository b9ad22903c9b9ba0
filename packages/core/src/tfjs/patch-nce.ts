import * as tf from "@tensorflow/tfjs-core";
import { stopGradient } from "./stop-gradient.ts";

/**
 * PatchNCE: the cross-entropy of telling, for every patch of a translation, which patch of the input stands at its place
 * among all sampled ones of the same image, by the cosines of their embeddings. The input's side is not differentiated.
 *
 * Source: arXiv 2007.15651, eq. 2 and 3; taesungp/contrastive-unpaired-translation `PatchNCELoss`.
 *
 * @param queries embeddings of the translation's patches, `[batch, patches, 1, channels]`
 * @param keys those of the input's, at the same places
 * @param temperature divides the cosines; positive
 * @returns mean over patches and images
 */
export function patchNce(queries: tf.Tensor4D, keys: tf.Tensor4D, temperature: number): tf.Scalar {
  return tf.tidy(() => {
    const q = directions(queries);
    const k = stopGradient(directions(keys));
    const sharpness = 1 / temperature;
    // No cosine exceeds 1, so that no exponential of what is left overflows.
    const logits = tf.mul(tf.sub(tf.matMul(q, k, false, true), 1), sharpness);
    const positives = tf.mul(tf.sub(tf.sum(tf.mul(q, k), 2), 1), sharpness);
    return tf.mean(tf.sub(tf.log(tf.sum(tf.exp(logits), 2)), positives));
  });
}

/** Vectors `[batch, patches, channels]` of length 1; those of no length stay, where a plain root has no slope. */
function directions(embeddings: tf.Tensor4D): tf.Tensor3D {
  const [batch, patches, , channels] = embeddings.shape;
  const vectors = tf.reshape(embeddings, [batch, patches, channels]);
  const lengths = tf.sqrt(tf.add(tf.sum(tf.square(vectors), 2, true), 1e-14));
  return tf.div(vectors, lengths);
}
