import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { selectBackend } from "../backend/select.ts";
import { readCheckpoint } from "../checkpoint/checkpoint.ts";
import { checkpointPath } from "../checkpoint/checkpoint-files.ts";
import { runCli } from "../cli/run-cli.ts";
import { readImage } from "../data/index.ts";
import type { EvaluationReport } from "../evaluation/index.ts";
import { runPaths } from "../run/run-directory.ts";

let directory: string;

async function run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, {
    directory,
    signal: new AbortController().signal,
    now: () => new Date(0),
    print: (text) => void out.push(text),
    warn: (text) => void err.push(text),
    progress: { isTerminal: false, columns: 80, write: () => {}, nowMs: () => performance.now() },
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

async function succeeds(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await run(...args);
  expect(code, err).toBe(0);
  return out;
}

const machine = ["--backend", "wasm"];
const STEPS = 4;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "cogan-"));
  await selectBackend("wasm");
  const drawing = ["--out", "data", "--count", "4", "--size", "32", "--holdout", "2"];
  await succeeds("data", "synthesize", "seasons", ...drawing);
  const folders = ["--a", "data/trainA", "--b", "data/trainB", "--channels-b", "1"];
  const size = ["--size", "32", "--load-size", "32", "--filters", "4", "--discriminator-filters", "4"];
  const search = ["--latent-size", "8", "--search-steps", "5", "--search-restarts", "2"];
  const length = ["--steps", String(STEPS), "--sample-every", String(STEPS), "--threads", "1", ...machine];
  await succeeds("train", "--method", "cogan", ...folders, ...size, ...search, ...length);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("what is shared is there once, and both domains' parts learn beside it", async () => {
  const { networks } = await readCheckpoint(
    checkpointPath(runPaths(join(directory, "runs", "run")).checkpoints, STEPS),
    STEPS,
  );
  expect(Object.keys(networks).sort()).toEqual([
    ...["discriminatorA", "discriminatorB", "discriminatorShared"],
    ...["generatorA", "generatorB", "generatorShared"],
  ]);
  const layers = (network: string) => [...networks[network]!.m.keys()].map((name) => name.split("/")[0]);
  expect(new Set(layers("generatorShared"))).toEqual(new Set(["up1", "up2", "up3", "up4"]));
  expect(new Set(layers("generatorB"))).toEqual(new Set(["up5"]));
  expect(new Set(layers("discriminatorA"))).toEqual(new Set(["down1"]));
  for (const { m } of Object.values(networks)) {
    for (const { data } of m.values()) expect(data.some((value) => value !== 0)).toBe(true);
  }
});

test("a picture is translated, at its own proportions and the same each time", async () => {
  const photo = join("data", "testA", "00001.png");
  const translate = (to: string, ...more: string[]) =>
    succeeds("translate", "runs/run", photo, "--out", to, ...more, ...machine);
  expect(await translate("one.png")).toMatch(/32×32/);
  await translate("two.png");
  const [one, two] = [
    await readImage(join(directory, "one.png")),
    await readImage(join(directory, "two.png")),
  ];
  expect(two.data).toEqual(one.data);
  // B is drawn in grey.
  expect(one.data[0]).toBe(one.data[1]);
  await translate("back.png", "--direction", "b2a");
  const back = await readImage(join(directory, "back.png"));
  expect(back.data.some((value, index) => index % 3 > 0 && value !== back.data[index - 1])).toBe(true);
});

test("a run is evaluated, both ways", async () => {
  const json = await succeeds("evaluate", "runs/run", "--json", "-", ...machine);
  const { directions } = JSON.parse(json) as EvaluationReport;
  expect(directions.map(({ name }) => name)).toEqual(["a2b", "b2a"]);
  for (const { columns } of directions) {
    expect(columns.last!.shapeChange!.mean).toBeGreaterThan(0);
    expect(columns.last!.cycleL1!.mean).toBeGreaterThan(0);
  }
});

test.each([
  [["publish", "runs/run", ...machine]],
  [["export", "runs/run", "--format", "onnx", "--out", "model.onnx"]],
])("%o says in a sentence that there is no network to give", async (args) => {
  const { code, err } = await run(...args);
  expect(code).toBe(2);
  expect(err).toMatch(/^trainer: A cogan translates by searching for a latent.*use trainer translate/);
});
