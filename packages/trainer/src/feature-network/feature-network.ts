import * as tf from "@tensorflow/tfjs";
import type { ModelFiles } from "@unpaired/engine";
import { invalid } from "../evaluation/features/open-feature-extractor.ts";
import { loadGraph } from "../evaluation/features/tfjs-features.ts";

/** How pictures are shown to a feature network, and where it is read. */
export interface FeatureReading {
  /** Values the network reads. */
  readonly range: "-1..1" | "0..1" | "0..255";
  /** Names of nodes of its graph; its output where there are none. */
  readonly layers: readonly string[];
}

/** A frozen network whose features an objective compares; gradients pass through it to the images. */
export interface FeatureNetwork {
  /**
   * @param images `[batch, height, width, 1 or 3]` in [-1, 1]; grey ones are shown as RGB
   * @returns one tensor per layer, in the order of the layers
   */
  features(images: tf.Tensor4D): tf.Tensor[];
  dispose(): void;
}

/** tfjs's gradient of this op leaves out the mirrored pixels. */
const WITHOUT_GRADIENT = "MirrorPad";

/**
 * Opens a tfjs graph model as a differentiable network on the current backend.
 *
 * @param folder names the model in errors
 * @throws EvaluationError `invalid_feature_model`
 */
export async function openFeatureNetwork(
  folder: string,
  files: ModelFiles,
  { range, layers }: FeatureReading,
): Promise<FeatureNetwork> {
  const nodes = readNodes(files);
  if (nodes.some(({ op }) => op === WITHOUT_GRADIENT)) {
    throw invalid(folder, `tfjs has no exact gradient of its ${WITHOUT_GRADIENT}`);
  }
  const unknown = layers.find((layer) => !nodes.some(({ name }) => name === layer));
  if (unknown !== undefined) throw invalid(folder, `it has no node "${unknown}" to read features from`);
  const graph = await loadGraph(folder, files);
  const [input, ...more] = graph.inputs;
  if (!input || more.length > 0) {
    graph.dispose();
    throw invalid(folder, `it reads ${graph.inputs.length} inputs instead of one`);
  }
  const names = layers.length > 0 ? [...layers] : graph.outputs.slice(0, 1).map(({ name }) => name);
  return {
    features(images) {
      const colour: tf.Tensor4D = images.shape[3] === 1 ? tf.tile(images, [1, 1, 1, 3]) : images;
      const found = graph.execute({ [input.name]: inRange(colour, range) }, names);
      return Array.isArray(found) ? found : [found];
    },
    dispose: () => graph.dispose(),
  };
}

/**
 * Runs a feature network and its gradient once, so that what it cannot do is told before a run and not in it.
 *
 * @throws EvaluationError `invalid_feature_model`
 */
export function assertDifferentiable(
  folder: string,
  network: FeatureNetwork,
  shape: [batch: number, height: number, width: number, channels: number],
): void {
  try {
    tf.tidy(() => {
      const image = tf.fill<tf.Rank.R4>(shape, 0.25);
      tf.grad((x) => tf.addN(network.features(x as tf.Tensor4D).map((found) => tf.mean(found))))(image);
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split("\n")[0]!.slice(0, 200) : String(cause);
    throw invalid(folder, `its features of pictures [${shape}] have no gradient (${why})`, cause);
  }
}

function inRange(images: tf.Tensor4D, range: FeatureReading["range"]): tf.Tensor4D {
  if (range === "-1..1") return images;
  const half = range === "0..1" ? 0.5 : 127.5;
  return tf.add(tf.mul(images, half), half);
}

function readNodes({ model }: ModelFiles): readonly { name: string; op: string }[] {
  const { modelTopology } = JSON.parse(new TextDecoder().decode(model)) as {
    modelTopology: { node: readonly { name: string; op: string }[] };
  };
  return modelTopology.node;
}
