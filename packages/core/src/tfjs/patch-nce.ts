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
    const logits = tf.mul(tf.matMul(q, k, false, true), 1 / temperature);
    const positives = tf.mul(tf.sum(tf.mul(q, k), 2, true), 1 / temperature);
    // Less each row's largest, so that neither an exponential overflows nor the sum of all of them vanishes.
    const shift = stopGradient(tf.max(logits, 2, true));
    const partition = tf.sum(tf.exp(tf.sub(logits, shift)), 2, true);
    return tf.mean(tf.sub(tf.log(partition), tf.sub(positives, shift)));
  });
}

/** Vectors `[batch, patches, channels]` of length 1; the reference adds 1e-7 to the length, so that none divides by zero. */
function directions(embeddings: tf.Tensor4D): tf.Tensor3D {
  const [batch, patches, , channels] = embeddings.shape;
  const vectors = tf.reshape(embeddings, [batch, patches, channels]);
  // A root has no slope at 0; what is added here is far below what float32 can tell from the sum otherwise.
  const lengths = tf.sqrt(tf.add(tf.sum(tf.square(vectors), 2, true), 1e-30));
  return tf.div(vectors, tf.add(lengths, 1e-7));
}
