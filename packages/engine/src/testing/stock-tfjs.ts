import "@tensorflow/tfjs-backend-cpu";
import { type GraphModel, loadGraphModel } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import type { ImageTensor, ModelFiles } from "../session-types.ts";

/** Loads a published model into stock tfjs, the independent judge of the engine. */
export async function loadStock({ model, weights }: ModelFiles): Promise<GraphModel> {
  const { modelTopology, weightsManifest, signature } = JSON.parse(new TextDecoder().decode(model));
  const weightData = await new Blob(weights.map((shard) => Uint8Array.from(shard))).arrayBuffer();
  const weightSpecs = weightsManifest.flatMap(
    (group: { weights: tf.io.WeightsManifestEntry[] }) => group.weights,
  );
  return loadGraphModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData, signature }));
}

/** Runs a model in stock tfjs on whatever backend is set. */
export async function runStock(model: GraphModel, image: ImageTensor): Promise<ImageTensor> {
  const { data, height, width, channels } = image;
  const x = tf.tensor4d(data, [1, height, width, channels]);
  const y = model.execute(x) as tf.Tensor4D;
  const values = (await y.data()) as Float32Array;
  const [, outputHeight, outputWidth, outputChannels] = y.shape;
  tf.dispose([x, y]);
  return { data: values, height: outputHeight, width: outputWidth, channels: outputChannels };
}
