import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openMetricsLog } from "../training/metrics-log.ts";
import type { Figures } from "./figures.ts";
import { readMetrics } from "./read-metrics.ts";

const root = await mkdtemp(join(tmpdir(), "metrics-"));
afterAll(() => rm(root, { recursive: true }));

const line = {
  step: 50,
  epoch: 1,
  learningRate: 2e-4,
  stepsPerSecond: 3.5,
  residentBytes: 5e8,
  tensors: 100,
  losses: { cycleA: 1.5, cycleB: Number.NaN },
};
async function read(path: string): Promise<Figures[]> {
  const lines: Figures[] = [];
  for await (const figures of readMetrics(path)) lines.push(figures);
  return lines;
}

const { epoch: _, tensors: __, ...figures } = line;

test("what the training loop logs is read back, a loss that was not a number included", async () => {
  const path = join(root, "logged.jsonl");
  const log = await openMetricsLog(path, { afterStep: 0 });
  await log.write(line);
  await log.write({ ...line, step: 100 });
  await log.close();
  expect(await read(path)).toEqual([figures, { ...figures, step: 100 }]);
});

test("torn, strange and over-long lines are passed over", async () => {
  const good = JSON.stringify(line);
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`loss${index}`, 1]));
  const path = join(root, "strange.jsonl");
  const lines = [
    good,
    "",
    "not JSON",
    "[]",
    JSON.stringify({ ...line, step: -1 }),
    JSON.stringify({ ...line, step: "50" }),
    JSON.stringify({ ...line, losses: many }),
    JSON.stringify({ ...line, losses: { ["x".repeat(101)]: 1 } }),
    "x".repeat(1_000_000),
    good,
    good.slice(0, 40),
  ];
  await writeFile(path, lines.join("\n"));
  expect(await read(path)).toEqual([figures, figures]);
});

test("a run that has logged nothing yet has no figures", async () => {
  expect(await read(join(root, "missing.jsonl"))).toEqual([]);
});
