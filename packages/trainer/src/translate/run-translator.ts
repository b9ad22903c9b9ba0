import * as tf from "@tensorflow/tfjs-core";
import type { NetworkSpec, WeightedNetwork, Weights } from "@unpaired/core";
import { forward, toTensors, type WeightTensors } from "@unpaired/core/tfjs";
import type { ImageTensor } from "@unpaired/engine";
import { loadCheckpoint, readCheckpoint } from "../checkpoint/checkpoint.ts";
import { checkpointPath } from "../checkpoint/checkpoint-files.ts";
import { createMethod } from "../methods/create-method.ts";
import type { Direction, Method, NetworkDirection, SearchDirection } from "../methods/method.ts";
import { asRgbNetwork, toGreyTensor } from "../models/rgb-network.ts";
import { readRunConfig, runPaths } from "../run/run-directory.ts";

/** Translates one image at a time; interleaved RGB in [-1, 1] in and out. */
export interface Translator {
  translate(image: ImageTensor): Promise<ImageTensor>;
  dispose(): void;
}

/** A trained direction with one network: its generator's description and weights. */
export interface TrainedNetworkDirection extends NetworkDirection, WeightedNetwork {}

/** A trained direction that translates by searching. */
export interface TrainedSearchDirection extends SearchDirection {
  /** Channels of the images it reads. */
  readonly channels: 1 | 3;
  /** Of the networks it needs, by name. */
  readonly weights: Readonly<Record<string, Weights>>;
}

/** A trained direction. */
export type TrainedDirection = TrainedNetworkDirection | TrainedSearchDirection;

/** What a run has trained so far. */
export interface TrainedRun {
  /** Steps done. */
  readonly step: number;
  readonly directions: readonly TrainedDirection[];
}

/** Reads the generators of a run's newest whole checkpoint, or of the one of a step. */
export async function readTrainedRun(directory: string, atStep?: number): Promise<TrainedRun> {
  const config = await readRunConfig(directory);
  const method = createMethod(config);
  const { checkpoints } = runPaths(directory);
  const { step, networks } =
    atStep === undefined
      ? await loadCheckpoint(checkpoints)
      : await readCheckpoint(checkpointPath(checkpoints, atStep), atStep);
  const weightsOf = (network: string): Weights => networks[network]?.weights ?? new Map();
  const { channelsA, channelsB } = config.data;
  const directions = method.directions.map((direction): TrainedDirection => {
    if ("network" in direction) {
      const { network } = direction;
      return { ...direction, spec: method.networks[network]!, weights: weightsOf(network) };
    }
    const weights = Object.fromEntries(direction.networks.map((name) => [name, weightsOf(name)]));
    return { ...direction, channels: direction.from === "A" ? channelsA : channelsB, weights };
  });
  return { step, directions };
}

/** Runs a generator over one image on the current tfjs backend. */
async function translateWithTensors(
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

/** Translates one image, of the domain's own channels, with a method's networks as they are now. */
export function translateWithMethod(
  { networks }: Method,
  direction: Direction,
  weights: Readonly<Record<string, WeightTensors>>,
  image: ImageTensor,
): Promise<ImageTensor> {
  if (!("network" in direction)) return direction.translate(weights, image);
  const { network } = direction;
  return translateWithTensors(networks[network]!, weights[network]!, image);
}

/** Translates RGB images in a direction of a trained model, whatever the domain's channels. */
export function createTranslator(direction: WeightedNetwork | TrainedSearchDirection): Translator {
  if ("spec" in direction) return createFloatTranslator(asRgbNetwork(direction));
  const tensors = Object.fromEntries(
    Object.entries(direction.weights).map(([name, weights]) => [name, toTensors(weights)]),
  );
  return {
    translate: (image) =>
      direction.translate(tensors, direction.channels === 1 ? toGreyTensor(image) : image),
    dispose: () => tf.dispose(Object.values(tensors).map((weights) => Object.values(weights))),
  };
}

/** Translates with a generator's own float weights. */
export function createFloatTranslator({ spec, weights }: WeightedNetwork): Translator {
  const tensors = toTensors(weights);
  return {
    translate: (image) => translateWithTensors(spec, tensors, image),
    dispose: () => tf.dispose(Object.values(tensors)),
  };
}
