import * as tf from "@tensorflow/tfjs-core";
import type { NetworkSpec, Weights } from "@unpaired/core";
import { forward, toTensors, type WeightTensors } from "@unpaired/core/tfjs";
import type { ImageTensor } from "@unpaired/engine";
import { loadCheckpoint, readCheckpoint } from "../checkpoint/checkpoint.ts";
import { checkpointPath } from "../checkpoint/checkpoint-files.ts";
import { createMethod } from "../methods/create-method.ts";
import type { Direction } from "../methods/method.ts";
import { readRunConfig, runPaths } from "../run/run-directory.ts";

/** Translates one image at a time; interleaved RGB in [-1, 1] in and out. */
export interface Translator {
  translate(image: ImageTensor): Promise<ImageTensor>;
  dispose(): void;
}

/** A trained direction: its generator's description and weights. */
export interface TrainedDirection extends Direction {
  readonly spec: NetworkSpec;
  readonly weights: Weights;
}

/** What a run has trained so far. */
export interface TrainedRun {
  /** Steps done. */
  readonly step: number;
  readonly directions: readonly TrainedDirection[];
}

/** Reads the generators of a run's newest whole checkpoint, or of the one of a step. */
export async function readTrainedRun(directory: string, atStep?: number): Promise<TrainedRun> {
  const method = createMethod(await readRunConfig(directory));
  const { checkpoints } = runPaths(directory);
  const { step, networks } =
    atStep === undefined
      ? await loadCheckpoint(checkpoints)
      : await readCheckpoint(checkpointPath(checkpoints, atStep), atStep);
  const directions = method.directions.map((direction) => ({
    ...direction,
    spec: method.networks[direction.network]!,
    weights: networks[direction.network]?.weights ?? new Map(),
  }));
  return { step, directions };
}

/** Runs a generator over one image on the current tfjs backend. */
export async function translateWithTensors(
  spec: NetworkSpec,
  weights: WeightTensors,
  { data, width, height, channels }: ImageTensor,
): Promise<ImageTensor> {
  const output = tf.tidy(() => forward(spec, weights, tf.tensor4d(data, [1, height, width, channels])));
  const values = Float32Array.from(await output.data());
  const outputChannels = output.shape[3];
  output.dispose();
  return { data: values, width, height, channels: outputChannels };
}

/** Translates with a generator's own float weights. */
export function createFloatTranslator({
  spec,
  weights,
}: Pick<TrainedDirection, "spec" | "weights">): Translator {
  const tensors = toTensors(weights);
  return {
    translate: (image) => translateWithTensors(spec, tensors, image),
    dispose: () => tf.dispose(Object.values(tensors)),
  };
}
