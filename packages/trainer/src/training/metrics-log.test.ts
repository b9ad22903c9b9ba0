import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type MetricsLine, openMetricsLog } from "./metrics-log.ts";

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "metrics-"));
  path = join(directory, "metrics.jsonl");
});
afterEach(() => rm(directory, { recursive: true }));

const line = (step: number): MetricsLine => ({
  step,
  epoch: 0,
  learningRate: 1e-4,
  stepsPerSecond: 1,
  residentBytes: 1,
  tensors: 1,
  losses: { cycleA: 1 / step },
});

async function write(afterStep: number, ...steps: number[]): Promise<void> {
  const log = await openMetricsLog(path, { afterStep });
  for (const step of steps) await log.write(line(step));
  await log.sync();
  await log.close();
}

async function steps(): Promise<number[]> {
  const text = await readFile(path, "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((entry) => JSON.parse(entry).step);
}

test("a resumed run writes the lines after its checkpoint again, so that each step appears once", async () => {
  await write(0, 2, 4, 6, 8);
  await write(5, 6, 8, 10);
  expect(await steps()).toEqual([2, 4, 6, 8, 10]);
});

test.each([3, 20, 60])("a last line with %d characters of it missing is dropped", async (missing) => {
  await write(0, 2, 4);
  const text = await readFile(path, "utf8");
  await writeFile(path, text.slice(0, text.length - missing));
  await write(4, 6);
  expect(await steps()).toEqual([2, 6]);
});

test("a last line that lacks only its end is kept", async () => {
  await write(0, 2, 4);
  await writeFile(path, (await readFile(path, "utf8")).trimEnd());
  await write(4, 6);
  expect(await steps()).toEqual([2, 4, 6]);
});

test("lines that are none, and steps told twice, are dropped", async () => {
  await writeFile(path, `{"step":2}\n\0\0\0\n[]\n{"step":2}\nnull\n{"step":"3"}\n{"step":4}\n`);
  await write(9, 10);
  expect(await steps()).toEqual([2, 4, 10]);
});
