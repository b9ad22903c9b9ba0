import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import type { Weights } from "@unpaired/core";
import type { ModelFiles } from "../src/session-types.ts";

/** The float values a published model stands for, by name, as tfjs reads them from the same files. */
export function publishedWeights({ model, weights }: ModelFiles): Weights {
  const { weightsManifest } = JSON.parse(new TextDecoder().decode(model)) as {
    readonly weightsManifest: readonly { readonly weights: tf.io.WeightsManifestEntry[] }[];
  };
  const bytes = Uint8Array.from(Buffer.concat(weights)).buffer;
  const tensors = tf.io.decodeWeights(
    bytes,
    weightsManifest.flatMap((group) => group.weights),
  );
  const values = Object.entries(tensors)
    .filter(([, { dtype }]) => dtype === "float32")
    .map(([name, tensor]) => [name, { shape: tensor.shape, data: tensor.dataSync<"float32">() }] as const);
  tf.dispose(tensors);
  return new Map(values);
}
