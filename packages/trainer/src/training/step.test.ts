import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unpaired/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { selectBackend } from "../backend/select.ts";
import { createMethod, type MethodConfig } from "../methods/create-method.ts";
import { type BranchExecutor, createLocalExecutor } from "./executor.ts";
import { createParallelExecutor } from "./parallel-executor.ts";
import { initialState, restoreState, snapshotState } from "./state.ts";
import { type Batch, trainStep } from "./step.ts";

const config: MethodConfig = {
  method: "cyclegan",
  generator: { kind: "resnet", filters: 4, blocks: 1, upsampling: "transposed" },
  discriminator: { filters: 4, layers: 2 },
  loss: { cycleWeight: 10, identityWeight: 0.5 },
};
const adam = { learningRate: 1e-3, beta1: 0.5, beta2: 0.999 };
const method = createMethod(config);

beforeAll(() => selectBackend("wasm"));

function randomBatch(seed: number): Batch {
  const random = createRandom(seed);
  const image = (level: number) => ({
    data: Float32Array.from({ length: 16 * 16 * 3 }, () =>
      Math.max(-1, Math.min(1, level + 0.2 * random.normal())),
    ),
    shape: [1, 16, 16, 3] as const,
  });
  return { A: image(-0.4), B: image(0.4) };
}

async function run(executor: BranchExecutor, steps: number) {
  const state = initialState(method, { seed: 3, poolSize: 2 });
  const history: Record<string, number>[] = [];
  for (let step = 1; step <= steps; step++) {
    history.push(await trainStep({ method, ...state, executor }, randomBatch(step), step, adam));
  }
  const checkpoint = await snapshotState(state, steps);
  for (const network of Object.values(state.networks)) network.dispose();
  await executor.dispose();
  return { history, checkpoint };
}

test("a step reports every term of the objective and the generators learn from it", async () => {
  const { history } = await run(createLocalExecutor(method), 40);
  expect(Object.keys(history[0]!).sort()).toEqual(
    [
      "adversarialA",
      "adversarialB",
      "cycleA",
      "cycleB",
      "discriminatorA",
      "discriminatorB",
      "identityA",
      "identityB",
    ].sort(),
  );
  const cycle = ({ cycleA, cycleB }: Record<string, number>) => cycleA! + cycleB!;
  expect(cycle(history.at(-1)!)).toBeLessThan(0.6 * cycle(history[0]!));
});

test("two threads compute bit for bit what one computes", async () => {
  const alone = await run(createLocalExecutor(method), 4);
  const together = await run(await createParallelExecutor(method, config, "wasm"), 4);
  expect(together.history).toEqual(alone.history);
  expect(together.checkpoint).toEqual(alone.checkpoint);
});

test("steps neither gather tensors nor differ after a stop", async () => {
  const executor = createLocalExecutor(method);
  const whole = initialState(method, { seed: 5, poolSize: 2 });
  const counts: number[] = [];
  let middle = whole;
  for (let step = 1; step <= 6; step++) {
    await trainStep({ method, ...whole, executor }, randomBatch(step), step, adam);
    if (step === 3) middle = restoreState(method, await snapshotState(whole, 3), { poolSize: 2 });
    counts.push(tf.memory().numTensors);
  }
  for (let step = 4; step <= 6; step++)
    await trainStep({ method, ...middle, executor }, randomBatch(step), step, adam);
  expect(await snapshotState(middle, 6)).toEqual(await snapshotState(whole, 6));
  expect(new Set(counts.slice(0, 2)).size).toBe(1);
  expect(new Set(counts.slice(2)).size).toBe(1);
});

test("a NaN stops the step before it reaches the weights", async () => {
  const state = initialState(method, { seed: 5, poolSize: 2 });
  const before = await snapshotState(state, 0);
  const batch = randomBatch(1);
  batch.A.data[7] = Number.NaN;
  const executor = createLocalExecutor(method);
  await expect(trainStep({ method, ...state, executor }, batch, 1, adam)).rejects.toThrow(
    /became NaN in step 1/,
  );
  expect((await snapshotState(state, 0)).networks).toEqual(before.networks);
});

afterAll(() => tf.disposeVariables());
