import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createMethod } from "../../methods/create-method.ts";
import { resolveConfig } from "../../run/config.ts";
import type { BranchExecutor } from "../../training/executor.ts";
import { createLocalExecutor } from "../../training/executor.ts";
import { noiseBatch } from "../../training/noise-batch.ts";
import { createParallelExecutor } from "../../training/parallel-executor.ts";
import { initialState, snapshotState } from "../../training/state.ts";
import { trainStep } from "../../training/step.ts";
import { openMachine } from "../select.ts";
import { shareCores } from "./environment.ts";
import { runProgram } from "./install/run-program.ts";
import { missingTensorflow } from "./test-bench.ts";

const missing = await missingTensorflow();
const data = { name: "noise", directoryA: "a", directoryB: "b", loadSizePixels: 32, cropSizePixels: 32 };
const config = resolveConfig({
  data,
  norm: "batch",
  generator: { filters: 8, blocks: 1, dropout: 0.5 },
  discriminator: { filters: 8, layers: 2 },
});
const method = createMethod(config);

async function run(executor: BranchExecutor) {
  const state = initialState(method, config);
  const losses: Record<string, number>[] = [];
  for (let step = 1; step <= 3; step++) {
    const context = { method, ...state, executor, seed: config.seed };
    losses.push(await trainStep(context, noiseBatch(32, step), step, config.optimizer));
  }
  const snapshot = await snapshotState(state, 3);
  for (const network of Object.values(state.networks)) network.dispose();
  await executor.dispose();
  return { losses, snapshot };
}

describe.skipIf(missing)(`two threads of TensorFlow${missing ? `: ${missing}` : ""}`, () => {
  it("compute bit for bit what one computes with as many threads of its own", async () => {
    expect(await openMachine({ backend: "tensorflow", threads: 2 })).toEqual({
      backend: "tensorflow",
      threads: 2,
    });
    const together = await run(await createParallelExecutor(method, config, "tensorflow"));
    expect(together).toEqual(await run(createLocalExecutor(method)));
  });

  it("share the addon without a crash", async () => {
    const program = fileURLToPath(new URL("./crowd-addon.ts", import.meta.url));
    const flags = ["--experimental-strip-types", "--no-warnings"];
    expect(await runProgram(process.execPath, [...flags, program])).toMatchObject({ code: 0 });
  });
});

it.each([
  [2, 1, "2"],
  [2, 2, "1"],
  [1, 2, "1"],
  [16, 2, "8"],
])("of %i cores each of %i threads gets %s", (cores, threads, expected) => {
  const environment: Record<string, string | undefined> = {};
  shareCores(threads, cores, environment);
  expect(environment.TF_NUM_INTRAOP_THREADS).toBe(expected);
  shareCores(threads, 64, environment);
  expect(environment.TF_NUM_INTRAOP_THREADS, "a setting that is there stays").toBe(expected);
});
