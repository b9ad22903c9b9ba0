import {
  createRandom,
  type PatchDiscriminatorOptions,
  patchDiscriminator,
  toGraphModel,
  type Weights,
} from "@unpaired/core";
import { describe, expect, test } from "vitest";
import {
  type FeatureNetwork,
  openFeatureNetwork,
} from "../../packages/trainer/src/feature-network/feature-network.ts";
import { createMethod } from "../../packages/trainer/src/methods/create-method.ts";
import { resolveConfig, type TrainConfig } from "../../packages/trainer/src/run/config.ts";
import { createLocalExecutor } from "../../packages/trainer/src/training/executor.ts";
import { ImagePool } from "../../packages/trainer/src/training/image-pool.ts";
import { TrainedNetwork } from "../../packages/trainer/src/training/optimizer.ts";
import { createSchedule } from "../../packages/trainer/src/training/schedule.ts";
import { trainStep } from "../../packages/trainer/src/training/step.ts";
import { backends, onBackend } from "./backends.ts";
import { beyond, distance, relativeDifference } from "./difference.ts";
import { drawImages, drawWeights } from "./draw.ts";
import { readFixture, under } from "./fixture.ts";

interface StepCase {
  /** Side of the images in pixels. */
  readonly size: number;
  readonly batch?: number;
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** A training configuration without its data. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The patch discriminator that stands for the frozen feature network. */
  readonly features?: PatchDiscriminatorOptions;
}

const cases = [
  "steps-cyclegan-lsgan-instance",
  "steps-cyclegan-vanilla-batch",
  "steps-cyclegan-lsgan-mobile",
  "steps-cyclegan-wgangp-instance",
  "steps-pix2pix-vanilla-unet",
  "steps-cyclegan-cycle-alone",
  "steps-cyclegan-gan-alone",
  "steps-cyclegan-gan-forward",
  "steps-simgan",
  "steps-feature-gan",
  "steps-bigan",
  "steps-cogan",
  "steps-cut",
  "steps-fastcut",
];

/** Bound of the kernels the steps start from, a little above the reference's N(0, 0.02). */
const kernelBound = 0.06;

function configOf({ config, size, batch = 1 }: StepCase): TrainConfig {
  const data = { name: "golden", directoryA: "a", directoryB: "b", cropSizePixels: size, batchSize: batch };
  return resolveConfig({ ...config, data });
}

async function openFeatures(
  { features }: StepCase,
  config: TrainConfig,
): Promise<FeatureNetwork | undefined> {
  if (!features) return undefined;
  const spec = patchDiscriminator(features);
  const weights = drawWeights(spec, { seed: config.seed, label: "features" });
  const files = toGraphModel(spec, weights, { quantization: "float32" });
  return openFeatureNetwork("features", files, config.features);
}

async function trainTenSteps(golden: StepCase) {
  const config = configOf(golden);
  const { seed } = config;
  const features = await openFeatures(golden, config);
  const method = createMethod(config, { features });
  const networks: Record<string, TrainedNetwork> = {};
  const before: Record<string, Weights> = {};
  for (const [name, spec] of Object.entries(method.networks)) {
    before[name] = drawWeights(spec, { seed, label: name, kernelBound });
    networks[name] = TrainedNetwork.from(spec, before[name]);
  }
  const pools = Object.fromEntries(
    ["fakeA", "fakeB", "pairAB", "pairBA"].map((name) => {
      const random = createRandom(seed).fork(`pool:${name}`);
      return [name, new ImagePool({ size: config.poolSize, random })];
    }),
  );
  const executor = createLocalExecutor(method);
  const schedule = createSchedule(config.schedule);
  const history: Record<string, number[]> = {};
  for (let step = 1; step <= golden.steps; step++) {
    const epoch = Math.floor((step - 1) / golden.stepsPerEpoch);
    const learningRate = config.optimizer.learningRate * schedule.factor(epoch);
    const shape = [config.data.batchSize, golden.size, golden.size, 3] as const;
    const losses = await trainStep(
      { method, networks, pools, executor, seed },
      { A: drawImages(seed, `A${step}`, shape), B: drawImages(seed, `B${step}`, shape) },
      step,
      { ...config.optimizer, learningRate },
    );
    for (const [name, value] of Object.entries(losses)) {
      history[name] ??= [];
      history[name].push(value);
    }
  }
  const after: Record<string, Weights> = {};
  for (const [name, network] of Object.entries(networks)) {
    after[name] = (await network.snapshot()).weights;
    network.dispose();
  }
  await executor.dispose();
  features?.dispose();
  return { history, before, after };
}

describe.each(backends)("on %s", (backend) => {
  test.for(cases)("%s: ten steps' losses and the weights after them are PyTorch's", async (name, context) => {
    await onBackend(context, backend);
    const { case: golden, tensors } = await readFixture<StepCase>(name);
    const { history, before, after } = await trainTenSteps(golden);

    const losses = under(tensors, "loss:");
    expect(Object.keys(history).sort()).toEqual([...losses.keys()].sort());
    const lossDifferences = [...losses].flatMap(([loss, { data }]) =>
      [...data].map((truth, index) => {
        const difference = relativeDifference([history[loss]![index]!], [truth]);
        return [`${loss} in step ${index + 1}`, difference] as const;
      }),
    );
    expect(beyond(1e-3, Object.fromEntries(lossDifferences))).toEqual({});

    for (const [network, weights] of Object.entries(after)) {
      const truth = under(tensors, `${network}:`);
      expect([...weights.keys()].sort()).toEqual([...truth.keys()].sort());
      const weightDifferences = [...truth].map(([weight, { data }]) => {
        return [`${network} ${weight}`, relativeDifference(weights.get(weight)!.data, data)] as const;
      });
      expect(beyond(1e-3, Object.fromEntries(weightDifferences))).toEqual({});
      // Ten steps move what is trained little: what was learned must agree too, not only where it started.
      const learned = [...truth].filter(([weight]) => !/\/(mean|variance)$/.test(weight));
      const apart = distance(learned.map(([weight, { data }]) => [weights.get(weight)!.data, data]));
      const moved = distance(learned.map(([weight, { data }]) => [before[network]!.get(weight)!.data, data]));
      expect(beyond(1e-2, { [network]: apart / moved })).toEqual({});
    }
  });
});
