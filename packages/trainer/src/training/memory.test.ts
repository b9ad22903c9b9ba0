import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drawPictures, runTrainer, tinyTraining } from "../checkpoint/test-bench.ts";
import type { MetricsLine } from "./metrics-log.ts";

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "memory-"));
  await drawPictures(directory);
});
afterAll(() => rm(directory, { recursive: true }));

test("over hundreds of steps the process holds as many tensors as before, and hardly more memory", async () => {
  const reporting = ["--log-every", "5", "--checkpoint-every", "50"];
  await runTrainer(directory, "train", ...tinyTraining, ...reporting, "--steps", "300", "--threads", "1");
  const lines: MetricsLine[] = (await readFile(join(directory, "runs", "run", "metrics.jsonl"), "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const between = (from: number, to: number) => lines.filter(({ step }) => step > from && step <= to);
  expect(new Set(between(50, 300).map(({ tensors }) => tensors)).size).toBe(1);
  // The lowest of many readings: garbage that is not yet collected is no growth.
  const lowest = (from: number, to: number) =>
    Math.min(...between(from, to).map(({ residentBytes }) => residentBytes));
  const mebibytes = lines.map(({ residentBytes }) => Math.round(residentBytes / 2 ** 20));
  expect(lowest(200, 300) / lowest(100, 200), mebibytes.join(" ")).toBeLessThan(1.02);
});
