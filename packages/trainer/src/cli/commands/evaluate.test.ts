import { execFileSync, spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readImage } from "../../data/index.ts";
import type { EvaluationReport } from "../../evaluation/report.ts";
import { runCli } from "../run-cli.ts";

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

async function report(...args: readonly string[]): Promise<EvaluationReport> {
  const { code, out, err } = await run("evaluate", ...args, "--json", "-", "--backend", "wasm");
  expect(code, err).toBe(0);
  return JSON.parse(out) as EvaluationReport;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "evaluate-"));
  const drawing = ["data", "synthesize", "seasons-labels", "--out", "data"];
  await run(...drawing, "--count", "3", "--size", "16", "--holdout", "4");
  await writeFile(
    join(directory, "tiny.json"),
    JSON.stringify({
      domains: { A: "labels", B: "photo" },
      data: {
        name: "seasons-labels",
        directoryA: join(directory, "data", "trainA"),
        directoryB: join(directory, "data", "trainB"),
        loadSizePixels: 16,
        cropSizePixels: 16,
      },
      generator: { kind: "mobile-resnet", filters: 2, blocks: 1 },
      discriminator: { filters: 2, layers: 1 },
      loss: { identityWeight: 0 },
      schedule: { maxSteps: 3 },
      reporting: { logEverySteps: 1, checkpointEverySteps: 1 },
    }),
  );
  for (const seed of ["1", "2"]) {
    const machine = ["--backend", "wasm", "--threads", "1"];
    const training = ["train", "--config", "tiny.json", "--seed", seed, "--name", `run${seed}`];
    const { code, err } = await run(...training, ...machine);
    expect(code, err).toBe(0);
  }
  const { code, err } = await run("publish", "runs/run1", "--quantization", "float32", "--backend", "wasm");
  expect(code, err).toBe(0);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("a run", () => {
  test("is measured in both directions, last and best, beside the untranslated input", async () => {
    const { code, out, err } = await run("evaluate", "runs/run1", "--backend", "wasm");
    expect(code, err).toBe(0);
    expect(out).toMatch(/^A: .*testA \(4 pictures, sha256 [0-9a-f]{16}/m);
    expect(out).toMatch(/a2b: labels → photo\n +untranslated +last +best\n/);
    expect(out).toMatch(/b2a: photo → labels/);
    expect(out).toMatch(/best of the 2 checkpoints kept/);
    expect(out).toMatch(/without fid: .*--features/);
    for (const title of ["L1 ↓", "SSIM ↑", "labels class IoU ↑", "cycle L1 ↓", "shape change", "AUC ↑"]) {
      expect(out).toContain(title);
    }
  });

  test("gives the figures of the pictures themselves, and the same ones again", async () => {
    const first = await report("runs/run1");
    expect(await report("runs/run1")).toEqual(first);
    const [a2b, b2a] = first.directions;
    let l1 = 0;
    for (const name of ["00001.png", "00002.png", "00003.png", "00004.png"]) {
      const labels = await readImage(join(directory, "data", "testA", name));
      const photo = await readImage(join(directory, "data", "testB", name));
      l1 += labels.data.reduce((sum, value, index) => sum + Math.abs(value - photo.data[index]!), 0);
    }
    l1 /= 4 * 16 * 16 * 3 * 255;
    expect(a2b!.columns.untranslated!.l1!.mean).toBeCloseTo(l1, 12);
    expect(b2a!.columns.untranslated!.l1!.mean).toBeCloseTo(l1, 12);
    expect(a2b!.columns.untranslated!.shapeChange!.mean).toBe(0);
    expect(a2b!.columns.last!.l1!.mean).not.toBeCloseTo(l1, 4);
    const kept = first.subjects[0]!.checkpoints!;
    expect(kept.map(({ step }) => step)).toEqual([3, 2]);
    const best = kept[0]!.distance! <= kept[1]!.distance! ? 3 : 2;
    expect(first.subjects[0]!.candidates).toEqual([
      { name: "last", step: 3 },
      { name: "best", step: best },
    ]);
  });

  test("has the earlier checkpoint for its best where training went better there, unless that is damaged", async () => {
    await cp(join(directory, "runs", "run1"), join(directory, "runs", "better"), { recursive: true });
    const path = join(directory, "runs", "better", "metrics.jsonl");
    const lines = (await readFile(path, "utf8")).trim().split("\n");
    const worse = lines.map((line) => {
      const figures = JSON.parse(line);
      return JSON.stringify({ ...figures, losses: { cycleA: figures.step, cycleB: figures.step } });
    });
    await writeFile(path, worse.join("\n"));
    const { subjects, directions } = await report("runs/better", "--metrics", "paired");
    expect(subjects[0]!.candidates[1]).toEqual({ name: "best", step: 2 });
    const { last, best } = directions[0]!.columns;
    expect(best!.psnr!.mean).not.toBe(last!.psnr!.mean);
    await writeFile(join(directory, "runs", "better", "checkpoints", "step-0000002.safetensors"), "short");
    const without = await report("runs/better", "--metrics", "paired");
    expect(without.subjects[0]!.candidates[1]).toEqual({ name: "best", step: 3 });
    expect(without.directions[0]!.columns.best).toEqual(last);
  });

  test("is measured as its translated files would be", async () => {
    const { code, err } = await run(
      ...[
        "translate",
        "runs/run1",
        "data/testA",
        "--direction",
        "a2b",
        "--out",
        "drawn",
        "--backend",
        "wasm",
      ],
    );
    expect(code, err).toBe(0);
    let l1 = 0;
    for (const name of ["00001.png", "00002.png", "00003.png", "00004.png"]) {
      const drawn = await readImage(join(directory, "drawn", name));
      const photo = await readImage(join(directory, "data", "testB", name));
      l1 += drawn.data.reduce((sum, value, index) => sum + Math.abs(value - photo.data[index]!), 0);
    }
    const { directions } = await report("runs/run1", "--metrics", "paired", "--direction", "a2b");
    expect(directions).toHaveLength(1);
    expect(directions[0]!.columns.last!.l1!.mean).toBeCloseTo(l1 / (4 * 16 * 16 * 3 * 255), 12);
  });

  test("under two seeds is mean ± deviation over both", async () => {
    const { directions } = await report("runs/run1", "runs/run2", "--metrics", "paired");
    const { mean, deviation, values } = directions[0]!.columns.last!.l1!;
    const [one, two] = values as [number, number];
    expect(mean).toBeCloseTo((one + two) / 2, 12);
    expect(deviation).toBeCloseTo(Math.abs(one - two) / Math.SQRT2, 12);
    expect(directions[0]!.columns.untranslated!.l1!.values).toHaveLength(1);
    const { out } = await run(
      "evaluate",
      "runs/run1",
      "runs/run2",
      "--metrics",
      "paired",
      "--backend",
      "wasm",
    );
    expect(out).toMatch(/L1 ↓ +0\.\d{4} +0\.\d{4} ± 0\.\d{4}/);
  });

  const hasSha256sum = spawnSync("sha256sum", ["--version"]).status === 0;
  test.skipIf(!hasSha256sum)(
    "names its reference by a hash that sha256sum repeats (skipped without it)",
    async () => {
      const { references } = await report("runs/run1", "--metrics", "shape");
      const folder = join(directory, "data", "testA");
      const sum = execFileSync("sh", ["-c", "sha256sum *.png | sha256sum"], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(references.A).toEqual({ folder, images: 4, sha256: sum.slice(0, 64) });
    },
  );
});

test("a published model is read from its registry, every file against its hash", async () => {
  const path = "registry/models/labels2photo";
  const folders = ["--a", "data/testA", "--b", "data/testB", "--metrics", "paired,shape,domain"];
  const published = await report(path, ...folders);
  const { directions } = await report("runs/run1", ...folders, "--direction", "a2b");
  const own = directions[0]!.columns.last!;
  const served = published.directions[0]!.columns.model!;
  expect(served.psnr!.mean).toBeCloseTo(own.psnr!.mean!, 0);
  expect(served.domainAuc).toEqual(own.domainAuc);
  await cp(join(directory, "registry"), join(directory, "bent"), { recursive: true });
  const manifest = JSON.parse(
    await readFile(
      join(
        directory,
        path,
        `${JSON.parse(await readFile(join(directory, path, "latest.json"), "utf8")).version}.json`,
      ),
      "utf8",
    ),
  );
  await writeFile(join(directory, "bent", manifest.files.weights[0].key), "other");
  const { code, err } = await run("evaluate", "bent/models/labels2photo", ...folders);
  expect(code).toBe(2);
  expect(err).toMatch(/does not have the content its name says/);
});

test("a segmentation network gives the FCN score and, by its encoder, FID and KID", async () => {
  const { code, out, err } = await run(
    ...[
      "train-segmenter",
      "--data",
      "data",
      "--out",
      "seg",
      "--size",
      "32",
      "--filters",
      "2",
      "--steps",
      "4",
    ],
    ...["--backend", "wasm"],
  );
  expect(code, err).toBe(0);
  expect(out).toMatch(/per-pixel accuracy 0\.\d{3}, per-class accuracy .*class IoU/);
  const { directions, instruments } = await report(
    ...[
      "runs/run1",
      "--segmenter",
      "seg",
      "--features",
      "seg/features",
      "--feature-size",
      "32",
      "--metrics",
      "fcn,labels,fid,kid",
    ],
  );
  expect(Object.keys(directions[0]!.columns)).toEqual(["untranslated", "last", "best", "real"]);
  const real = directions[0]!.columns.real!;
  expect(Object.keys(real)).toEqual(["fcnPixelAccuracy", "fcnClassAccuracy", "fcnClassIou"]);
  expect(out).toContain(`per-pixel accuracy ${real.fcnPixelAccuracy!.mean!.toFixed(3)}`);
  const { fid, kid, kidDeviation } = directions[0]!.columns.untranslated!;
  expect(fid!.mean).toBeGreaterThan(0);
  expect(Number.isFinite(kid!.mean)).toBe(true);
  expect(kidDeviation!.mean).toBeGreaterThan(0);
  expect(instruments.features).toMatchObject({ runtime: "engine" });
  expect(instruments.segmenter?.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(Object.keys(directions[1]!.columns.last!)).toContain("labelClassIou");
});

describe("gets one clear sentence and exit code 2", () => {
  test.each<[string[], RegExp]>([
    [["evaluate"], /missing required argument 'run'/],
    [["evaluate", "nowhere"], /nowhere holds no training run/],
    [["evaluate", "runs/run1", "--metrics", "beauty"], /"beauty" is no metric; choose of fcn, labels/],
    [["evaluate", "runs/run1", "--metrics", "fid"], /fid cannot be taken: .*--features/],
    [["evaluate", "runs/run1", "--a", "nowhere"], /folder .*nowhere does not exist/],
    [["evaluate", "runs/run1", "--segmenter", "data"], /no segmentation network.*train-segmenter/],
    [["evaluate", "runs/run1", "--features", "data"], /not usable as a feature network/],
    [["evaluate", "runs/run1", "--classes", "tiny.json"], /tiny\.json is no list of classes/],
    [["evaluate", "registry/models/labels2photo"], /no test pictures .*--a and --b/],
    [["evaluate", "runs/run1", "registry/models/labels2photo"], /differ in more than their seed/],
    [
      ["evaluate", "runs/run1", "--metrics", "paired", "--b", "data/trainB", "--direction", "a2b"],
      /paired cannot be taken: .*no counterpart/,
    ],
    [["train-segmenter", "--data", "data", "--out", "runs"], /runs is there already/],
    [["train-segmenter", "--out", "x"], /give --data, or both/],
    [
      ["train-segmenter", "--data", "data", "--out", "x", "--size", "33"],
      /--size is 33; give a multiple of 32/,
    ],
  ])("trainer %j", async (args, message) => {
    const { code, err } = await run(...args, "--backend", "wasm");
    expect(code, err).toBe(2);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n +at /);
  });
});
