import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unpaired/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select.ts";
import { createMethod } from "../methods/create-method.ts";
import { resolveConfig, type TrainConfig, type TrainConfigInput } from "../run/config.ts";
import { type BranchExecutor, createLocalExecutor } from "./executor.ts";
import { createParallelExecutor } from "./parallel-executor.ts";
import { initialState, restoreState, snapshotState, type TrainingState } from "./state.ts";
import { type Batch, trainStep } from "./step.ts";

beforeAll(() => selectBackend("wasm"));
afterAll(() => tf.disposeVariables());

const data = { name: "noise", directoryA: "a", directoryB: "b", loadSizePixels: 32, cropSizePixels: 32 };

function configure(settings: Omit<TrainConfigInput, "data"> & { data?: object } = {}): TrainConfig {
  return resolveConfig({
    seed: 3,
    poolSize: 2,
    optimizer: { learningRate: 1e-3 },
    ...settings,
    data: { ...data, ...settings.data },
    generator: { filters: 4, blocks: 1, depth: 5, ...settings.generator },
    discriminator: { filters: 4, layers: 2, ...settings.discriminator },
    contrast: { patches: 16, projectorWidth: 8, ...settings.contrast },
  });
}

/** Noise around one level per domain, so that there is something to learn. */
function randomBatch({ data }: TrainConfig, seed: number): Batch {
  const random = createRandom(seed);
  const image = (level: number, channels: number) => ({
    data: Float32Array.from({ length: data.batchSize * 32 * 32 * channels }, () =>
      Math.max(-1, Math.min(1, level + 0.2 * random.normal())),
    ),
    shape: [data.batchSize, 32, 32, channels] as const,
  });
  return { A: image(-0.4, data.channelsA), B: image(0.4, data.channelsB) };
}

interface Run {
  readonly history: Record<string, number>[];
  readonly state: TrainingState;
  readonly tensors: number[];
}

async function run(
  config: TrainConfig,
  steps: number,
  executor: BranchExecutor,
  {
    state = initialState(createMethod(config), config),
    from = 0,
  }: { state?: TrainingState; from?: number } = {},
): Promise<Run> {
  const method = createMethod(config);
  const history: Record<string, number>[] = [];
  const tensors: number[] = [];
  for (let step = from + 1; step <= steps; step++) {
    const context = { method, ...state, executor, seed: config.seed };
    history.push(await trainStep(context, randomBatch(config, step), step, config.optimizer));
    tensors.push(tf.memory().numTensors);
  }
  await executor.dispose();
  return { history, state, tensors };
}

const local = (config: TrainConfig) => createLocalExecutor(createMethod(config));

test("a step reports every term of the objective and the generators learn from it", async () => {
  const config = configure();
  const { history } = await run(config, 40, local(config));
  expect(Object.keys(history[0]!).sort()).toEqual([
    "adversarialA",
    "adversarialB",
    "cycleA",
    "cycleB",
    "discriminatorA",
    "discriminatorB",
    "identityA",
    "identityB",
  ]);
  const { distance } = createMethod(config);
  expect(distance(history.at(-1)!)).toBeLessThan(0.6 * distance(history[0]!));
});

test("pix2pix learns its pairs, in the direction it is told", async () => {
  const config = configure({ method: "pix2pix", direction: "BtoA", data: { mode: "aligned", channelsB: 1 } });
  const method = createMethod(config);
  expect(method.directions).toEqual([{ network: "generatorBA", from: "B", to: "A" }]);
  const { history } = await run(config, 30, local(config));
  expect(Object.keys(history[0]!).sort()).toEqual(["adversarialA", "discriminatorA", "l1A"]);
  expect(method.distance(history.at(-1)!)).toBeLessThan(0.6 * method.distance(history[0]!));
});

describe.each<[string, Parameters<typeof configure>[0]]>([
  ["CycleGAN", {}],
  ["batch norm, dropout, two images", { norm: "batch", generator: { dropout: 0.5 }, data: { batchSize: 2 } }],
  [
    "no norm, pixel discriminator, cross-entropy",
    { norm: "none", discriminator: { kind: "pixel" }, loss: { ganMode: "vanilla" } },
  ],
  ["Wasserstein with gradient penalty", { loss: { ganMode: "wgangp" } }],
  [
    "mobile ResNet, greyscale to colour",
    { generator: { kind: "mobile-resnet" }, data: { channelsA: 1 }, loss: { identityWeight: 0 } },
  ],
  ["U-Net", { generator: { kind: "unet" } }],
  ["pix2pix", { method: "pix2pix", data: { mode: "aligned" } }],
  ["CycleGAN, cycle alone", { loss: { objective: "cycle-alone" } }],
  ["CycleGAN, GAN and forward cycle", { loss: { objective: "gan-forward" } }],
  ["SimGAN, three images", { method: "simgan", data: { batchSize: 3 } }],
  ["CUT, two images", { method: "cut", data: { batchSize: 2 } }],
  ["FastCUT, backwards", { method: "fastcut", direction: "BtoA", generator: { kind: "mobile-resnet" } }],
  ["CoGAN, grey and colour", { method: "cogan", data: { batchSize: 3, channelsA: 1 } }],
  [
    "CoGAN without batch norm",
    { method: "cogan", norm: "instance", coupling: { ownLayers: 3 }, poolSize: 2 },
  ],
  ["BiGAN", { method: "bigan", data: { channelsA: 1 } }],
])("%s", (_, settings) => {
  test("goes on after a stop as if there had been none, and gathers no tensors", async () => {
    const config = configure(settings);
    const method = createMethod(config);
    const before = tf.memory().numTensors;
    const half = await run(config, 2, local(config));
    const restored = restoreState(method, await snapshotState(half.state, 2), config);
    const resumed = await run(config, 4, local(config), { state: restored, from: 2 });
    const whole = await run(config, 4, local(config));
    expect(await snapshotState(resumed.state, 4)).toEqual(await snapshotState(whole.state, 4));
    expect(new Set(whole.tensors).size).toBe(1);
    for (const { state } of [half, resumed, whole]) {
      for (const network of Object.values(state.networks)) network.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
    for (const losses of whole.history) expect(Object.values(losses).every(Number.isFinite)).toBe(true);
  });

  test("two threads compute bit for bit what one computes", async () => {
    const config = configure(settings);
    const alone = await run(config, 2, local(config));
    const threads = await createParallelExecutor(createMethod(config), config, "wasm");
    const together = await run(config, 2, threads);
    expect(together.history).toEqual(alone.history);
    expect(await snapshotState(together.state, 2)).toEqual(await snapshotState(alone.state, 2));
  });
});

test("batch norms learn their running statistics", async () => {
  const config = configure({ norm: "batch" });
  const { state } = await run(config, 5, local(config));
  const { weights } = await snapshotState(state, 5).then(({ networks }) => networks.generatorAB!);
  expect(weights.get("stem/norm/variance")!.data.some((value) => Math.abs(value - 1) > 0.1)).toBe(true);
  expect(weights.get("stem/norm/mean")!.data.some((value) => Math.abs(value) > 0.001)).toBe(true);
});

test("a NaN stops the step before it reaches the weights", async () => {
  const config = configure();
  const method = createMethod(config);
  const state = initialState(method, config);
  const before = await snapshotState(state, 0);
  const batch = randomBatch(config, 1);
  batch.A.data[7] = Number.NaN;
  const context = { method, ...state, executor: createLocalExecutor(method), seed: config.seed };
  await expect(trainStep(context, batch, 1, config.optimizer)).rejects.toThrow(/became NaN in step 1/);
  expect((await snapshotState(state, 0)).networks).toEqual(before.networks);
});
