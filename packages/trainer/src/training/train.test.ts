import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select.ts";
import type { StockWasmBackend } from "../backend/wasm/context.ts";
import { loadCheckpoint, peekExtra } from "../checkpoint/checkpoint.ts";
import { DataError } from "../data/errors.ts";
import { resolveConfig } from "../run/config.ts";
import { runPaths } from "../run/run-directory.ts";
import type { MetricsLine } from "./metrics-log.ts";
import { noiseBatch } from "./noise-batch.ts";
import type { TrainedNetwork } from "./optimizer.ts";
import { type TrainingData, type TrainingObserver, train } from "./train.ts";

let root: string;
let runDirectory: string;

beforeAll(() => selectBackend("wasm"));
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "train-"));
  runDirectory = join(root, "run");
});
afterEach(() => rm(root, { recursive: true }));

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
  batch: async (step) => noiseBatch(16, step),
};

const common = { config, data, backend: "wasm", threads: 1 } as const;

const newestCheckpoint = () => loadCheckpoint(runPaths(runDirectory).checkpoints);

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
  const long = resolveConfig({ ...config, schedule: { constantEpochs: 25, decayEpochs: 0 } });
  const memory = (tf.backend() as unknown as StockWasmBackend).wasm.asm.memory;
  const bytes: number[] = [];
  const stepped = () => void bytes.push(memory.buffer.byteLength);
  await train({ ...common, config: long, runDirectory, observer: { stepped } });
  const lines = await metrics();
  expect(lines.at(-1)!.step).toBe(100);
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
  const other = join(root, "other");
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

test("a run that was stopped before its first checkpoint begins again when it is resumed", async () => {
  await train({ ...common, runDirectory, resume: true });
  const other = join(root, "other");
  await train({ ...common, runDirectory: other });
  expect(await newestCheckpoint()).toEqual(await loadCheckpoint(runPaths(other).checkpoints));
});

test("a run says when it goes on elsewhere than it was trained before, and where it went on from", async () => {
  const facts: unknown[] = [];
  const observer: TrainingObserver = {
    started: ({ fromStep, checkpointPath, backendBefore }) => {
      facts.push([fromStep, checkpointPath && basename(checkpointPath), backendBefore]);
    },
  };
  await train({ ...common, runDirectory, observer });
  expect(await peekExtra(runPaths(runDirectory).checkpoints)).toMatchObject({ backend: "wasm" });
  await train({ ...common, runDirectory, observer, resume: true });
  await train({ ...common, backend: "cpu", runDirectory, observer, resume: true });
  const newest = "step-0000012.safetensors";
  expect(facts).toEqual([
    [0, undefined, undefined],
    [12, newest, undefined],
    [12, newest, "wasm"],
  ]);
});

test("a run is never begun over another's checkpoints", async () => {
  await train({ ...common, runDirectory });
  const before = await newestCheckpoint();
  await expect(train({ ...common, runDirectory })).rejects.toMatchObject({ code: "run_exists" });
  expect(await newestCheckpoint()).toEqual(before);
});

test("whatever fails between two steps costs none of them", async () => {
  const failing = {
    logged: ({ step }: MetricsLine) => Promise.reject(new Error(`no report of step ${step}`)),
  };
  await expect(train({ ...common, runDirectory, observer: failing })).rejects.toThrow("no report of step 2");
  expect((await newestCheckpoint()).step).toBe(2);
});

test("an observer is told every line of figures, and the end", async () => {
  const lines: MetricsLine[] = [];
  const ends: unknown[] = [];
  const observer: TrainingObserver = {
    logged: (line) => void lines.push(line),
    finished: async ({ step, totalSteps, state }) => {
      const { weights } = state.networks.generatorAB!;
      ends.push([step, totalSteps, Object.values(weights).every(({ isDisposed }) => !isDisposed)]);
    },
  };
  await train({ ...common, runDirectory, observer });
  expect(lines).toEqual(await metrics());
  expect(ends).toEqual([[12, 12, true]]);
});

describe("numbers that are not finite stop the run and leave the last good checkpoint", () => {
  const poisoned: TrainingData = {
    ...data,
    pictures: (step) => [`horse-${step}.jpg`],
    batch: async (step) => {
      const batch = await data.batch(step);
      if (step === 6) batch.B.data[0] = Number.POSITIVE_INFINITY;
      return batch;
    },
  };

  test("in a loss: its name, the step, the pictures and what to try are told", async () => {
    const training = train({ ...common, data: poisoned, runDirectory });
    await expect(training).rejects.toMatchObject({ code: "diverged" });
    const told = await training.catch(({ message }: Error) => message);
    expect(told).toMatch(/loss \w+ became (NaN|Infinity) in step 7/);
    expect(told).toMatch(/step-0000004\.safetensors stays whole/);
    expect(told).toMatch(/pictures of the last batch \(horse-6\.jpg\)/);
    expect(told).toMatch(
      /optimizer\.learningRate in \S+config\.json lower than 0\.0002.*"trainer resume \S+"/,
    );
    expect((await newestCheckpoint()).step).toBe(4);
  });

  test("in a weight after a step whose losses were still finite", async () => {
    const poisoning: TrainingObserver = {
      sample: async ({ step, state }) => {
        if (step === 8) updateByNaN(state.networks.generatorAB!);
      },
    };
    const sampling = resolveConfig({ ...config, reporting: { ...config.reporting, sampleEverySteps: 4 } });
    const training = train({ ...common, config: sampling, runDirectory, observer: poisoning });
    await expect(training).rejects.toMatchObject({ code: "diverged" });
    await expect(training).rejects.toThrow(
      /After step 8 the weight \S+ of generatorAB holds NaN.*step-0000004/,
    );
    expect((await newestCheckpoint()).step).toBe(4);
  });
});

/** What a gradient that overflowed does to weights, though the losses before it were finite. */
function updateByNaN(network: TrainedNetwork): void {
  const gradients = Object.fromEntries(
    Object.entries(network.weights).map(([name, { shape }]) => [name, tf.fill(shape, Number.NaN)]),
  );
  network.update(gradients, config.optimizer, 8);
  tf.dispose(gradients);
}
