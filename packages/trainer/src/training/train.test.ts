import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unpaired/core";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { selectBackend } from "../backend/select.ts";
import type { StockWasmBackend } from "../backend/wasm/context.ts";
import { loadCheckpoint } from "../checkpoint/checkpoint.ts";
import { DataError } from "../data/errors.ts";
import { resolveConfig } from "../run/config.ts";
import { runPaths } from "../run/run-directory.ts";
import type { ImageBatch } from "./image-batch.ts";
import type { MetricsLine } from "./metrics-log.ts";
import { type TrainingData, train } from "./train.ts";

let runDirectory: string;

beforeAll(() => selectBackend("wasm"));
beforeEach(async () => {
  runDirectory = await mkdtemp(join(tmpdir(), "train-"));
});

const config = resolveConfig({
  data: { name: "noise", directoryA: "-", directoryB: "-", loadSizePixels: 16, cropSizePixels: 16 },
  generator: { filters: 4, blocks: 1 },
  discriminator: { filters: 4, layers: 1 },
  schedule: { constantEpochs: 1, decayEpochs: 2 },
  reporting: { logEverySteps: 2, sampleEverySteps: 3, checkpointEverySteps: 4 },
  poolSize: 3,
});

const data: TrainingData = {
  stepsPerEpoch: 4,
  async batch(step) {
    const random = createRandom(step);
    const noise = (): ImageBatch => ({
      data: Float32Array.from({ length: 16 * 16 * 3 }, () => random.uniform() * 2 - 1),
      shape: [1, 16, 16, 3],
    });
    return { A: noise(), B: noise() };
  },
};

const common = { config, data, backend: "wasm", threads: 1 } as const;

async function metrics(): Promise<MetricsLine[]> {
  const text = await readFile(runPaths(runDirectory).metrics, "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("a run goes through its schedule, logging, sampling and saving on the way", async () => {
  const samples: number[] = [];
  const result = await train({
    ...common,
    runDirectory,
    observer: { sample: async ({ step }) => void samples.push(step) },
  });
  expect(result).toMatchObject({ step: 12, totalSteps: 12, stopped: false });
  expect(samples).toEqual([3, 6, 9, 12]);
  const lines = await metrics();
  expect(lines.map(({ step }) => step)).toEqual([2, 4, 6, 8, 10, 12]);
  expect(lines.map(({ learningRate }) => learningRate / 2e-4)).toEqual([
    1,
    1,
    expect.closeTo(2 / 3),
    expect.closeTo(2 / 3),
    expect.closeTo(1 / 3),
    expect.closeTo(1 / 3),
  ]);
  expect((await loadCheckpoint(runPaths(runDirectory).checkpoints)).step).toBe(12);
});

test("neither tensors nor memory grow from step to step", async () => {
  const before = tf.memory().numTensors;
  const long = resolveConfig({ ...config, schedule: { constantEpochs: 100, decayEpochs: 0 } });
  const memory = (tf.backend() as unknown as StockWasmBackend).wasm.asm.memory;
  const bytes: number[] = [];
  const stepped = () => void bytes.push(memory.buffer.byteLength);
  await train({ ...common, config: long, runDirectory, observer: { stepped } });
  const lines = await metrics();
  expect(lines.at(-1)!.step).toBe(400);
  expect(new Set(lines.slice(2).map(({ tensors }) => tensors)).size).toBe(1);
  expect(tf.memory().numTensors).toBe(before);
  expect(bytes.at(-1)).toBe(bytes[20]);
});

test("an interruption finishes the step, saves, and the run goes on to the same end", async () => {
  const interruption = new AbortController();
  const stopped = await train({
    ...common,
    runDirectory,
    signal: interruption.signal,
    observer: { stepped: ({ step }) => step === 5 && interruption.abort() },
  });
  expect(stopped).toMatchObject({ step: 5, stopped: true });
  await train({ ...common, runDirectory, resume: true });
  const resumed = await loadCheckpoint(runPaths(runDirectory).checkpoints);
  const other = await mkdtemp(join(tmpdir(), "train-"));
  await train({ ...common, runDirectory: other });
  expect(resumed).toEqual(await loadCheckpoint(runPaths(other).checkpoints));
});

test("a picture that does not decode ends the run by name and costs no step", async () => {
  const broken: TrainingData = {
    ...data,
    batch: async (step) => {
      if (step === 3) throw new DataError("undecodable_image", "horse.jpg is not a whole picture");
      return data.batch(step);
    },
  };
  await expect(train({ ...common, data: broken, runDirectory })).rejects.toThrow(/horse\.jpg/);
  expect((await loadCheckpoint(runPaths(runDirectory).checkpoints)).step).toBe(3);
});

test("a loss that is not finite stops the run and leaves the last good checkpoint", async () => {
  const poisoned: TrainingData = {
    ...data,
    batch: async (step) => {
      const batch = await data.batch(step);
      if (step === 6) batch.B.data[0] = Number.POSITIVE_INFINITY;
      return batch;
    },
  };
  await expect(train({ ...common, data: poisoned, runDirectory })).rejects.toMatchObject({
    code: "diverged",
  });
  expect((await loadCheckpoint(runPaths(runDirectory).checkpoints)).step).toBe(4);
});
