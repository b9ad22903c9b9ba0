import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { labelledGrid } from "../pictures/index.ts";
import { describeEnvironment } from "./environment.ts";
import type { Figures } from "./figures.ts";
import { openRunReport, type RunReportOptions } from "./open-run-report.ts";
import { sampleFileName } from "./read-sample-steps.ts";
import { readEvents } from "./tensorboard/test-reader.ts";

const root = await mkdtemp(join(tmpdir(), "report-"));
afterAll(() => rm(root, { recursive: true }));

const picture = { data: new Uint8Array(32 * 32 * 3).fill(90), width: 32, height: 32 };
const grid = await labelledGrid({
  columns: ["Input", "Translated"],
  rows: [[picture, picture]],
  cellSize: 64,
});
const gridSize = await sharp(grid).metadata();

const line = (step: number, cycleA = 1): Figures => ({
  step,
  learningRate: 2e-4,
  stepsPerSecond: 4,
  residentBytes: 2 ** 29,
  losses: { cycleA, cycleB: 2 },
});

function options(name: string, changes: Partial<RunReportOptions> = {}): RunReportOptions {
  return {
    runDirectory: join(root, name),
    place: `runs/${name}`,
    config: { domains: { A: "horse", B: "zebra" }, seed: 1 },
    environment: describeEnvironment({ backend: "cpu", threads: 1 }),
    totalSteps: 100,
    fromStep: 0,
    nowMs: () => 1_700_000_000_000,
    warn: (message) => {
      throw new Error(`unexpected warning: ${message}`);
    },
    ...changes,
  };
}

async function eventsOf(directory: string) {
  const names = (await readdir(directory)).filter((name) => name.includes("tfevents")).sort();
  return Promise.all(names.map(async (name) => readEvents(await readFile(join(directory, name)))));
}

const page = (directory: string) => readFile(join(directory, "report.html"), "utf8");

const shownSteps = (html: string) => [...html.matchAll(/data-step="(\d+)"/g)].map(([, step]) => Number(step));

const curveSteps = (html: string): number[] =>
  JSON.parse(/id="figures">(.*?)<\/script>/s.exec(html)?.[1] ?? "").steps;

test("a run is shown from its start to its end, in both reports", async () => {
  let nowMs = 1_700_000_000_000;
  const report = openRunReport(options("whole", { nowMs: () => nowMs }));
  const { runDirectory } = options("whole");

  await report.scalars(line(10));
  expect(curveSteps(await page(runDirectory))).toEqual([10]);
  await report.scalars(line(20));
  expect(curveSteps(await page(runDirectory))).toEqual([10]);
  nowMs += 61_000;
  await report.scalars(line(30));
  expect(curveSteps(await page(runDirectory))).toEqual([10, 20, 30]);
  await report.sample(40, grid);
  expect(shownSteps(await page(runDirectory))).toEqual([40]);
  expect(await page(runDirectory)).toContain("Training");
  report.scalars(line(90));
  await report.finish({ state: "finished", step: 100 });

  const html = await page(runDirectory);
  expect(html).toContain('data-state="finished"');
  expect(html).toContain("100 <small>of 100");
  const [events] = await eventsOf(runDirectory);
  expect(events?.slice(2).map(({ step }) => step)).toEqual([10, 20, 30, 40, 90]);
  expect(events?.[2]?.scalars).toEqual({
    "loss/cycleA": 1,
    "loss/cycleB": 2,
    "run/learning_rate": Math.fround(2e-4),
    "run/steps_per_second": 4,
    "run/resident_MiB": 512,
  });
  expect(events?.[5]?.images).toEqual({
    samples: { png: Buffer.from(grid), width: gridSize.width, height: gridSize.height },
  });
  expect((await readdir(runDirectory)).filter((name) => name.includes("partial"))).toEqual([]);
});

test("a resumed run goes on from what earlier starts left, without what they did beyond its step", async () => {
  const { runDirectory } = options("resumed");
  await mkdir(join(runDirectory, "samples"), { recursive: true });
  const logged = [10, 20, 30, 40, 50].map((step) => `${JSON.stringify(line(step))}\n`);
  await writeFile(join(runDirectory, "metrics.jsonl"), logged.join(""));
  for (const step of [20, 40]) await writeFile(join(runDirectory, "samples", sampleFileName(step)), grid);
  await writeFile(join(runDirectory, "samples", "step-0000010.png"), "not a picture");
  await writeFile(join(runDirectory, "samples", "notes.txt"), "");

  const before = openRunReport(options("resumed"));
  await before.scalars(line(50));
  await before.finish({ state: "stopped" });
  const report = openRunReport(options("resumed", { fromStep: 30 }));
  await report.scalars(line(45, 3));
  await report.sample(50, grid);
  await report.finish({ state: "stopped" });

  const html = await page(runDirectory);
  expect(curveSteps(html)).toEqual([10, 20, 30, 45]);
  expect(shownSteps(html)).toEqual([20, 50]);
  const starts = (await eventsOf(runDirectory)).map((events) => events[1]);
  expect(starts).toMatchObject([
    { sessionStart: true, step: 1 },
    { sessionStart: true, step: 31 },
  ]);
});

test("a run that diverged says why", async () => {
  const report = openRunReport(options("diverged"));
  await report.finish({ state: "diverged", step: 7, message: "The loss <cycleA> is NaN." });
  const html = await page(options("diverged").runDirectory);
  expect(html).toContain("The loss &lt;cycleA&gt; is NaN.");
  expect(html).toContain('data-state="diverged"');
});

test("a report that cannot be written is one warning and never an error", async () => {
  await writeFile(join(root, "file"), "");
  const warnings: string[] = [];
  const report = openRunReport(options("file/run", { warn: (message) => warnings.push(message) }));
  await report.scalars(line(10));
  await report.sample(20, new Uint8Array([1, 2, 3]));
  await report.finish({ state: "finished" });
  expect(warnings).toEqual([
    expect.stringMatching(/^The run's report cannot be written \(.+\); training goes on\.$/),
  ]);
});

test("a sample that is no picture spoils neither the figures nor the next sample", async () => {
  const warnings: string[] = [];
  const report = openRunReport(options("odd", { warn: (message) => warnings.push(message) }));
  await report.sample(10, new Uint8Array(64));
  await report.scalars(line(20));
  await report.sample(30, grid);
  await report.finish({ state: "finished" });
  const html = await page(options("odd").runDirectory);
  expect(shownSteps(html)).toEqual([30]);
  expect(curveSteps(html)).toEqual([20]);
  expect(warnings).toHaveLength(1);
});
