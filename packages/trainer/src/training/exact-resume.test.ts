import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { detectBackend } from "../backend/detect.ts";
import { type Machine, selectBackend } from "../backend/select.ts";
import { checkpointPath } from "../checkpoint/checkpoint-files.ts";
import { drawPictures, metricsOf } from "../checkpoint/test-bench.ts";
import { resolveConfig, type TrainConfig, type TrainConfigInput } from "../run/config.ts";
import { runPaths } from "../run/run-directory.ts";
import { type RunPlace, reopenRun, startRun } from "../run/start-run.ts";
import { train } from "./train.ts";

let directory: string;

/** TensorFlow keeps its order of sums on a processor, and no promise on a GPU; where there is none, wasm stands alone. */
const tensorflow = await detectBackend("tensorflow");
const hasTensorflowOnCpu = tensorflow.available && !tensorflow.gpu;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "exact-resume-"));
  await drawPictures(directory);
});
afterAll(() => rm(directory, { recursive: true }));

function configOf(settings: Partial<TrainConfigInput>) {
  const { data, generator, ...others } = settings;
  return resolveConfig({
    discriminator: { filters: 4, layers: 1 },
    optimizer: { learningRate: 1e-3 },
    reporting: { logEverySteps: 2, sampleEverySteps: 1000, checkpointEverySteps: 4 },
    ...others,
    generator: { filters: 4, blocks: 1, ...generator },
    data: {
      name: "noise",
      directoryA: join(directory, "A"),
      directoryB: join(directory, "B"),
      loadSizePixels: 18,
      cropSizePixels: 16,
      ...data,
    },
  });
}

/** Trains a run from wherever it is until it has done so many steps. */
async function trainUntil(place: RunPlace, { backend, threads }: Machine, until: number): Promise<void> {
  const begun = await access(runPaths(place.runDirectory).config).then(
    () => true,
    () => false,
  );
  const { data } = await (begun ? reopenRun(place) : startRun(place));
  const interruption = new AbortController();
  const result = await train({
    ...place,
    data,
    backend,
    threads,
    resume: true,
    signal: interruption.signal,
    observer: { stepped: ({ step }) => step === until && interruption.abort() },
  });
  expect(result.step).toBe(until);
}

async function outcome(runDirectory: string, step: number) {
  const paths = runPaths(runDirectory);
  return {
    checkpoint: await readFile(checkpointPath(paths.checkpoints, step)),
    metrics: await metricsOf(runDirectory),
  };
}

const settings: [string, Partial<TrainConfigInput>][] = [
  [
    "full pools, two images a step, learning-rate decay across epochs",
    {
      poolSize: 3,
      data: { name: "noise", batchSize: 2 },
      schedule: { constantEpochs: 1, decayEpochs: 4 },
    },
  ],
  [
    "running statistics, dropout, a plateau schedule, serial order",
    {
      poolSize: 2,
      norm: "batch",
      generator: { dropout: 0.5 },
      data: { name: "noise", orderB: "serial", flip: false },
      schedule: { policy: "plateau", constantEpochs: 2, decayEpochs: 0 },
    },
  ],
];

async function expectSameEnd(
  name: string,
  config: TrainConfig,
  machines: readonly [Machine, Machine, Machine],
) {
  const whole = join(directory, `${name}-whole`);
  const parted = join(directory, `${name}-parted`);
  await trainUntil({ config, runDirectory: whole }, machines[1], 10);
  await trainUntil({ config, runDirectory: parted }, machines[0], 3);
  await trainUntil({ config, runDirectory: parted }, machines[1], 7);
  await trainUntil({ config, runDirectory: parted }, machines[2], 10);
  const expected = await outcome(whole, 10);
  const actual = await outcome(parted, 10);
  expect(actual.metrics).toEqual(expected.metrics);
  expect(Buffer.compare(actual.checkpoint, expected.checkpoint)).toBe(0);
}

test.each(settings)(
  "a run stopped twice and moved between one thread and two ends as one that was not: %s",
  async (name, changes) => {
    await selectBackend("wasm");
    const [one, two] = ([1, 2] as const).map((threads) => ({ backend: "wasm", threads }) as const);
    await expectSameEnd(`wasm ${name}`, configOf(changes), [two!, one!, two!]);
  },
);

test.skipIf(!hasTensorflowOnCpu).each(settings)("and so it does on TensorFlow: %s", async (name, changes) => {
  await selectBackend("tensorflow");
  const machine = { backend: "tensorflow", threads: 1 } as const;
  await expectSameEnd(`tensorflow ${name}`, configOf(changes), [machine, machine, machine]);
});
