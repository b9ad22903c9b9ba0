import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkpointPath } from "../checkpoint/checkpoint-files.ts";
import { resolveConfig } from "../run/config.ts";
import { bestCheckpoint, rateCheckpoints } from "./choose-checkpoints.ts";

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), "checkpoints-"));
  await mkdir(join(run, "checkpoints"));
});
afterEach(() => rm(run, { recursive: true, force: true }));

const config = resolveConfig({
  data: { name: "x", directoryA: "a", directoryB: "b" },
  reporting: { checkpointEverySteps: 100 },
});

async function kept(...steps: number[]): Promise<void> {
  for (const step of steps) await writeFile(checkpointPath(join(run, "checkpoints"), step), "");
}

async function logged(lines: readonly (readonly [step: number, cycleA: number | null])[]): Promise<void> {
  const text = lines.map(([step, cycleA]) =>
    JSON.stringify({
      ...{ step, learningRate: 1, stepsPerSecond: 1, residentBytes: 1 },
      losses: { cycleA, cycleB: 1, adversarialA: 100 * step },
    }),
  );
  await writeFile(join(run, "metrics.jsonl"), `${text.join("\n")}\n`);
}

it("rates a checkpoint by the method's distance over the steps since the one before", async () => {
  await kept(200, 300);
  await logged([
    [100, 50],
    [150, 1],
    [200, 3],
    [250, 4],
    [300, 6],
  ]);
  const rated = await rateCheckpoints(run, config);
  expect(rated).toEqual([
    { step: 300, distance: 6 },
    { step: 200, distance: 3 },
  ]);
  expect(bestCheckpoint(rated)?.step).toBe(200);
});

it("takes the newest where nothing says which is better", async () => {
  await kept(200, 300);
  expect(bestCheckpoint(await rateCheckpoints(run, config))).toEqual({ step: 300 });
  await logged([
    [200, 1],
    [300, null],
  ]);
  expect(bestCheckpoint(await rateCheckpoints(run, config))?.step).toBe(300);
  await logged([
    [200, 2],
    [300, 2],
  ]);
  expect(bestCheckpoint(await rateCheckpoints(run, config))?.step).toBe(300);
});

it("has no best of no checkpoints", async () => {
  expect(bestCheckpoint(await rateCheckpoints(run, config))).toBeUndefined();
});
