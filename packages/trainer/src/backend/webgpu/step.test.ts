import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unpaired/core";
import { beforeAll, describe, expect, it } from "vitest";
import { createMethod } from "../../methods/create-method.ts";
import { resolveConfig, type TrainConfig, type TrainConfigInput } from "../../run/config.ts";
import { computeBranch } from "../../training/compute-branch.ts";
import { createLocalExecutor } from "../../training/executor.ts";
import { initialState } from "../../training/state.ts";
import { type Batch, trainStep } from "../../training/step.ts";
import { relativeDifference } from "../test-bench.ts";
import { adapterForTests, startForTests } from "./test-bench.ts";

const SIDE = 16;
const STEPS = 2;

const adapter = await adapterForTests();
const title = adapter.available ? `on ${adapter.description}` : `skipped: ${adapter.reason}`;

function configure(settings: Partial<TrainConfigInput> = {}): TrainConfig {
  return resolveConfig({
    seed: 3,
    poolSize: 2,
    data: {
      name: "noise",
      directoryA: "a",
      directoryB: "b",
      loadSizePixels: SIDE,
      cropSizePixels: SIDE,
    },
    ...settings,
    generator: { filters: 4, blocks: 1, ...settings.generator },
    discriminator: { filters: 4, layers: 2 },
  });
}

function noiseBatch(seed: number): Batch {
  const random = createRandom(seed);
  const image = () => ({
    data: Float32Array.from({ length: SIDE * SIDE * 3 }, () => Math.tanh(random.normal())),
    shape: [1, SIDE, SIDE, 3] as const,
  });
  return { A: image(), B: image() };
}

/** Losses of a few steps from the same start, and the gradients of each branch of the first phase at that start. */
async function train(config: TrainConfig, backend: "webgpu" | "cpu") {
  await tf.setBackend(backend);
  const method = createMethod(config);
  const state = initialState(method, config);
  const gradients: Float32Array[] = [];
  const weights = Object.fromEntries(
    Object.entries(state.networks).map(([name, network]) => [name, network.weights]),
  );
  const { A, B } = noiseBatch(1);
  for (const branch of method.phases[0]!.branches) {
    const batches = Object.fromEntries(
      Object.entries(branch.reads).map(([name, from]) => [name, "real" in from && from.real === "A" ? A : B]),
    );
    const result = await computeBranch(branch, { specs: method.networks, weights, batches, seed: 5 });
    for (const tensors of Object.values(result.gradients)) {
      for (const tensor of Object.values(tensors)) gradients.push((await tensor.data()) as Float32Array);
      tf.dispose(Object.values(tensors));
    }
  }
  const losses: Record<string, number>[] = [];
  const tensors: number[] = [];
  const executor = createLocalExecutor(method);
  for (let step = 1; step <= STEPS; step++) {
    const context = { method, ...state, executor, seed: config.seed };
    losses.push(await trainStep(context, noiseBatch(step), step, config.optimizer));
    tensors.push(tf.memory().numTensors);
  }
  for (const network of Object.values(state.networks)) network.dispose();
  await executor.dispose();
  return { gradients, losses, tensors };
}

describe.skipIf(!adapter.available)(`CycleGAN's step on webgpu against the cpu backend, ${title}`, () => {
  beforeAll(() => startForTests(adapter));

  it("has the same losses and the same gradients", async () => {
    const generator = { kind: "mobile-resnet", upsampling: "transposed" } as const;
    const config = configure({ generator });
    const expected = await train(config, "cpu");
    const actual = await train(config, "webgpu");
    expect(relativeDifference(actual.gradients, expected.gradients)).toBeLessThan(1e-3);
    for (const [index, losses] of expected.losses.entries()) {
      for (const [name, value] of Object.entries(losses)) {
        expect(
          Math.abs(actual.losses[index]![name]! / value - 1),
          `${name} of step ${index + 1}`,
        ).toBeLessThan(1e-3);
      }
    }
    expect(new Set(actual.tensors).size).toBe(1);
  });
});
