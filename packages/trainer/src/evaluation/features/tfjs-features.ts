import * as tf from "@tensorflow/tfjs";
import type { ImageTensor, ModelFiles } from "@unpaired/engine";
import { type FeatureRuntime, invalid } from "./open-feature-extractor.ts";

/**
 * Runs a graph model on the current tfjs backend.
 *
 * @throws EvaluationError `invalid_feature_model`
 */
export async function openWithTfjs(folder: string, files: ModelFiles): Promise<FeatureRuntime> {
  const graph = await loadGraph(folder, files);
  return {
    runtime: "tfjs",
    answer: (image) => answer(folder, graph, image),
    dispose: () => graph.dispose(),
  };
}

/**
 * Loads a graph model onto the current tfjs backend.
 *
 * @throws EvaluationError `invalid_feature_model`
 */
export async function loadGraph(folder: string, { model, weights }: ModelFiles): Promise<tf.GraphModel> {
  const json = JSON.parse(new TextDecoder().decode(model)) as {
    modelTopology: object;
    weightsManifest: { weights: tf.io.WeightsManifestEntry[] }[];
    signature?: object;
  };
  return tf
    .loadGraphModel(
      tf.io.fromMemory({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
        weightData: joined(weights),
        ...(json.signature && { signature: json.signature }),
      }),
    )
    .catch((cause: unknown) => {
      throw invalid(folder, `tfjs does not load it (${reason(cause)})`, cause);
    });
}

async function answer(folder: string, graph: tf.GraphModel, image: ImageTensor): Promise<ImageTensor> {
  const { data, width, height, channels } = image;
  let output: tf.Tensor;
  try {
    output = tf.tidy(() => {
      const given = graph.predict(tf.tensor4d(data, [1, height, width, channels]));
      if (given instanceof tf.Tensor) return given;
      throw new Error("it gives several answers");
    });
  } catch (cause) {
    throw invalid(folder, reason(cause), cause);
  }
  const shape = output.shape;
  const values = Float32Array.from(await output.data());
  output.dispose();
  if (shape.length === 4) return { data: values, height: shape[1]!, width: shape[2]!, channels: shape[3]! };
  if (shape.length === 2) return { data: values, height: 1, width: 1, channels: shape[1]! };
  throw invalid(
    folder,
    `its answer has the shape [${shape}], where [1, features] or [1, height, width, features] is read`,
  );
}

function joined(parts: readonly Uint8Array[]): ArrayBuffer {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.buffer;
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message.split("\n")[0]!.slice(0, 200) : String(cause);
}
