import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import * as core from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkpointPath } from "../../checkpoint/checkpoint-files.ts";
import { createMethod } from "../../methods/create-method.ts";
import { resolveConfig, type TrainConfigInput } from "../../run/config.ts";
import { runPaths } from "../../run/run-directory.ts";
import { createLocalExecutor } from "../../training/executor.ts";
import { noiseBatch } from "../../training/noise-batch.ts";
import { initialState } from "../../training/state.ts";
import { trainStep } from "../../training/step.ts";
import { type TrainingData, train } from "../../training/train.ts";
import { selectBackend } from "../select.ts";
import { initializeTensorflowBackend } from "./index.ts";
import { missingTensorflow } from "./test-bench.ts";

const SIDE = 32;
const missing = await missingTensorflow();

function configure(settings: Partial<TrainConfigInput> = {}) {
  const { generator, ...others } = settings;
  return resolveConfig({
    data: {
      name: "noise",
      directoryA: "a",
      directoryB: "b",
      loadSizePixels: SIDE,
      cropSizePixels: SIDE,
    },
    generator: { filters: 8, blocks: 2, ...generator },
    discriminator: { filters: 8, layers: 2 },
    schedule: { constantEpochs: 1, decayEpochs: 2 },
    reporting: { logEverySteps: 2, sampleEverySteps: 1000, checkpointEverySteps: 1000 },
    poolSize: 3,
    ...others,
  });
}

const data: TrainingData = { stepsPerEpoch: 4, batch: async (step) => noiseBatch(SIDE, step) };

let directory: string;

describe.skipIf(missing)(`training on TensorFlow${missing ? `: ${missing}` : ""}`, () => {
  beforeAll(async () => {
    await initializeTensorflowBackend();
    directory = await mkdtemp(join(tmpdir(), "tensorflow-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("registers with the one tfjs that ES modules and CommonJS share", async () => {
    const require = createRequire(import.meta.url);
    expect(require("@tensorflow/tfjs-core").engine()).toBe(core.engine());
    expect(core.engine()).toBe(tf.engine());
    expect(core.getBackend()).toBe("tensorflow");
    const before = core.memory().numTensors;
    await initializeTensorflowBackend();
    expect(core.memory().numTensors).toBe(before);
    const slope = core.grad((x) => core.sum(core.square(x)))(core.tensor1d([3]));
    expect([...slope.dataSync()]).toEqual([6]);
  });

  it.each<[string, Partial<TrainConfigInput>]>([
    ["the paper's networks", {}],
    ["resized up-sampling and batch norm", { norm: "batch", generator: { upsampling: "resize" } }],
    ["a U-Net with dropout", { generator: { kind: "unet", depth: 5, dropout: 0.5 } }],
    ["the mobile generator", { generator: { kind: "mobile-resnet" } }],
  ])("learns as the wasm backend does: %s", async (_, settings) => {
    const losses: Record<string, number>[] = [];
    for (const backend of ["wasm", "tensorflow"] as const) {
      await selectBackend(backend);
      const config = configure(settings);
      const method = createMethod(config);
      const state = initialState(method, config);
      const context = { method, ...state, executor: createLocalExecutor(method), seed: 1 };
      for (let step = 1; step <= 2; step++) {
        losses.push(await trainStep(context, noiseBatch(SIDE, step), step, config.optimizer));
      }
      for (const network of Object.values(state.networks)) network.dispose();
    }
    for (const step of [0, 1]) {
      for (const [name, value] of Object.entries(losses[step]!)) {
        expect(Math.abs(losses[step + 2]![name]! / value - 1), `${name} of step ${step + 1}`).toBeLessThan(
          1e-3,
        );
      }
    }
  });

  it("goes on from a checkpoint to the same bytes, on all its threads", async () => {
    await tf.setBackend("tensorflow");
    const config = configure({ norm: "batch" });
    const run = (name: string, options: { until?: number; resume?: boolean } = {}) => {
      const interruption = new AbortController();
      return train({
        config,
        data,
        backend: "tensorflow",
        threads: 1,
        runDirectory: join(directory, name),
        signal: interruption.signal,
        ...(options.resume && { resume: true }),
        observer: { stepped: ({ step }) => step === options.until && interruption.abort() },
      });
    };
    await run("whole");
    await run("halves", { until: 5 });
    await run("halves", { resume: true });
    const checkpointOf = (name: string) =>
      readFile(checkpointPath(runPaths(join(directory, name)).checkpoints, 12));
    expect(await checkpointOf("halves")).toEqual(await checkpointOf("whole"));
  });

  it("holds as many tensors after each step", async () => {
    await tf.setBackend("tensorflow");
    const config = configure();
    const method = createMethod(config);
    const state = initialState(method, config);
    const context = { method, ...state, executor: createLocalExecutor(method), seed: 1 };
    const counts: number[] = [];
    for (let step = 1; step <= 6; step++) {
      await trainStep(context, noiseBatch(SIDE, step), step, config.optimizer);
      const { binding } = tf.backend() as unknown as { binding: { getNumOfTensors(): number } };
      // TensorFlow's own count sees what a kernel forgot to free; tfjs's does not.
      counts.push(tf.memory().numTensors, binding.getNumOfTensors());
    }
    expect(counts.slice(-2)).toEqual(counts.slice(2, 4));
    for (const network of Object.values(state.networks)) network.dispose();
  });
});
