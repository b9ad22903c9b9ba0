import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { resnetGenerator } from "@unpaired/core";
import { type Manifest, registryKeys } from "@unpaired/core/contracts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { jsonOf } from "../testing/graph-files.ts";
import { publish } from "../testing/models.ts";
import { runCli } from "./run-cli.ts";

const generator = publish(resnetGenerator({ filters: 2, blocks: 1 }), { shardBytes: 1000 });
const shards: string[] = jsonOf(generator).weightsManifest[0].paths;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "engine-cli-"));
  await mkdir(join(directory, "model"));
  await writeFile(join(directory, "model/model.json"), generator.model);
  for (const [index, path] of shards.entries()) {
    await writeFile(join(directory, "model", path), generator.weights[index]!);
  }
});

afterEach(() => rm(directory, { recursive: true }));

/** Runs a command line in the temporary folder, on a clock that is two milliseconds further each time it is read. */
async function run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  let ms = 0;
  const code = await runCli(args, {
    directory,
    nowMs: () => (ms += 2),
    print: (text) => void out.push(text),
    warn: (text) => void err.push(text),
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

test("--help says what there is", async () => {
  expect(await run("--help")).toMatchObject({ code: 0, out: expect.stringContaining("explain") });
  const { code, out } = await run("explain", "--help");
  expect(code).toBe(0);
  for (const option of ["--size", "--profile", "--arithmetic", "--memory", "--json"]) {
    expect(out).toContain(option);
  }
});

describe("explain", () => {
  test.each([
    ["model/model.json", "256×256×3 → 256×256×3"],
    ["model", "256×256×3 → 256×256×3"],
    ["model/model.json --size 64", "64×64×3 → 64×64×3"],
    ["model/model.json --size 64x32", "64×32×3 → 64×32×3"],
    ["model --size 16×8 --arithmetic float", "16×8×3 → 16×8×3, float arithmetic"],
    ["model --size 16 --arithmetic integer", "16×16×3 → 16×16×3, integer arithmetic, simd build"],
  ])("%s", async (line, heading) => {
    const { code, out, err } = await run("explain", ...line.split(" "));
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out.split("\n")[0]).toMatch(`model/model.json: ${heading}`);
    expect(out).toMatch(/\d+ {2}\w+ +block1\/conv1 +3×3, reflect/);
    expect(out).toMatch(/memory .*weights, .*scratch, .*activations/);
  });

  test("--profile times every step by the clock it is given", async () => {
    const { code, out } = await run("explain", "model", "--size", "16", "--profile");
    expect(code).toBe(0);
    const steps = Number(/work {4}(\d+) steps/.exec(out)?.[1]);
    expect(steps).toBeGreaterThan(5);
    expect(out.match(/ 2\.000 .* % {2}█{20}$/gm)).toHaveLength(steps);
    expect(out).toMatch(`time    ${(2 * steps).toFixed(1)} ms a run`);
  });

  test("--json is the same as data", async () => {
    const { code, out } = await run("explain", "model", "--size", "16", "--profile", "--json");
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report).toMatchObject({
      model: "model/model.json",
      input: { width: 16, height: 16, channels: 3 },
      output: { width: 16, height: 16, channels: 3 },
      memory: { weightsBytes: expect.any(Number) },
      time: { medianMs: 2 * report.steps.length, warmUpRuns: 3 },
    });
    expect(report.steps[0]).toMatchObject({ inputs: [{ channels: 3 }], ms: 2 });
    const sum = (key: string) =>
      report.steps.reduce((total: number, step: Record<string, number>) => total + step[key]!, 0);
    expect(sum("share")).toBeCloseTo(1);
    expect(sum("multiplyAdds")).toBe(report.multiplyAdds);
    expect(report).not.toHaveProperty("steps[0].layer.filter");
  });

  test("--json without --profile has no times", async () => {
    const report = JSON.parse((await run("explain", "model", "--json")).out);
    expect(report).not.toHaveProperty("time");
    expect(report.steps[0]).not.toHaveProperty("ms");
  });
});

describe("a model in a registry", () => {
  const blob = async (bytes: Uint8Array) => {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    await write(registryKeys.blob(sha256), bytes);
    return { key: registryKeys.blob(sha256), bytes: bytes.byteLength, sha256 };
  };
  const write = async (key: string, content: Uint8Array | string) => {
    await mkdir(dirname(join(directory, "registry", key)), { recursive: true });
    await writeFile(join(directory, "registry", key), content);
  };
  let manifest: Manifest;
  beforeEach(async () => {
    manifest = {
      schemaVersion: 1,
      id: "summer2winter",
      version: "1",
      createdAt: new Date(0).toISOString(),
      method: "cyclegan",
      domains: { from: "summer", to: "winter" },
      input: { sizePixels: 40, multipleOf: 4, channels: 3 },
      files: { model: await blob(generator.model), weights: await Promise.all(generator.weights.map(blob)) },
      quantization: "float32",
      parameters: 1,
      multiplyAdds: 1,
      training: { backend: "cpu", steps: 1, dataSet: "none", seed: 1 },
      metrics: {},
      domainStatistics: [],
    };
    await write(registryKeys.manifest("summer2winter", "1"), JSON.stringify(manifest));
    await write(registryKeys.latest("summer2winter"), JSON.stringify({ version: "1" }));
  });

  test.each(["1.json", "latest.json"])("%s, at the size it was trained for", async (file) => {
    const { code, out } = await run("explain", `registry/models/summer2winter/${file}`);
    expect(code).toBe(0);
    expect(out).toMatch("summer2winter 1: 40×40×3 → 40×40×3");
  });

  test("a blob that is not what was published", async () => {
    const { key, bytes } = manifest.files.weights[0]!;
    await write(key, new Uint8Array(bytes));
    const { code, err } = await run("explain", "registry/models/summer2winter/latest.json");
    expect([code, err]).toEqual([1, expect.stringMatching(/is not the file that was published/)]);
  });

  test.each([
    ["latest.json", { version: "../../../model/model" }, /no pointer to a version/],
    ["latest.json", { version: "2" }, /2\.json" cannot be read/],
    ["1.json", { schemaVersion: 1 }, /"1\.json" is no manifest/],
  ])("a broken %s: %j", async (file, content, message) => {
    await write(`models/summer2winter/${file}`, JSON.stringify(content));
    const { code, err } = await run("explain", "registry/models/summer2winter/latest.json");
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
  });
});

test.each([
  [1, ["explain", "nowhere.json"], /nowhere\.json" cannot be read: there is no such file/],
  [1, ["explain", "."], /model\.json" cannot be read/],
  [1, ["explain", "model/model.json/deeper"], /a part of its path is no folder/],
  [1, ["explain", `model/${shards[0]}`], /not JSON/],
  [1, ["explain", "model", "--size", "30"], /cannot take 30×30 .*32×32/],
  [1, ["explain", "model", "--size", "30000"], /MiB/],
  [1, ["explain", "model", "--memory", "1", "--size", "512"], /are allowed/],
  [2, ["explain"], /missing required argument/],
  [2, ["explain", "model", "--size", "0"], /--size.*from 1 to 32767/],
  [2, ["explain", "model", "--size", "1x2x3"], /--size/],
  [2, ["explain", "model", "--size", "-5"], /--size/],
  [2, ["explain", "model", "--arithmetic", "decimal"], /Allowed choices are integer, float/],
  [2, ["explain", "model", "--memory", "4096"], /from 1 to 2047/],
  [2, ["fly"], /unknown command 'fly'/],
] as const)("exit code %d and one clear sentence: engine %j", async (code, args, message) => {
  const result = await run(...args);
  expect(result.err).toMatch(message);
  expect(result.code).toBe(code);
  expect(result.out).toBe("");
  expect(result.err).not.toMatch(/\n +at /);
});
