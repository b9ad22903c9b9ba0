import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, initializeWeights, patchDiscriminator } from "@unpaired/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select.ts";
import { checkpointPath } from "../checkpoint/checkpoint-files.ts";
import { readRunFeatureFacts } from "../feature-network/run-features.ts";
import { exportModel } from "../models/export-model.ts";
import { resolveConfig, type TrainConfig } from "../run/config.ts";
import { runPaths } from "../run/run-directory.ts";
import { reopenRun, startRun } from "../run/start-run.ts";
import { synthesizeSeasons } from "../seasons/index.ts";
import { train } from "../training/train.ts";

let directory: string;
let features: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "feature-gan-"));
  await synthesizeSeasons({ directory: join(directory, "data"), count: 4, size: 16, seed: 1, holdout: 0 });
  await selectBackend("wasm");
  features = join(directory, "features");
  const spec = patchDiscriminator({ filters: 4, layers: 1, norm: "none" });
  const weights = initializeWeights(spec, { random: createRandom(1), kind: "kaiming" });
  await exportModel({
    network: { spec, weights },
    format: "graph-model",
    output: features,
    quantization: "uint8",
  });
});
afterAll(() => rm(directory, { recursive: true }));

function configOf(source = features): TrainConfig {
  return resolveConfig({
    method: "feature-gan",
    data: {
      name: "seasons",
      directoryA: join(directory, "data", "trainA"),
      directoryB: join(directory, "data", "trainB"),
      loadSizePixels: 16,
      cropSizePixels: 16,
      channelsB: 1,
    },
    generator: { filters: 2, blocks: 1 },
    discriminator: { filters: 2, layers: 1 },
    features: { directory: source, layers: ["patch1", "patch2/leakyRelu"] },
    schedule: { maxSteps: 4 },
    reporting: { checkpointEverySteps: 2 },
  });
}

async function trainRun(name: string, { config = configOf(), threads = 1 as 1 | 2 } = {}) {
  const runDirectory = join(directory, name);
  const { data } = await startRun({ config, runDirectory });
  await train({ config, runDirectory, data, backend: "wasm", threads });
  return runDirectory;
}

const lastBytes = (runDirectory: string) => readFile(checkpointPath(runPaths(runDirectory).checkpoints, 4));

describe("feature-gan", () => {
  test("carries its feature network: threads read it, and a run goes on when the original is gone", async () => {
    const source = join(directory, "borrowed");
    await cp(features, source, { recursive: true });
    const config = configOf(source);
    const runDirectory = await trainRun("whole", { config });
    const facts = await readRunFeatureFacts(runDirectory);
    expect(facts).toMatchObject({ source, kind: "graph-model" });
    const parallel = await trainRun("parallel", { config, threads: 2 });
    expect(Buffer.compare(await lastBytes(parallel), await lastBytes(runDirectory))).toBe(0);

    await rm(source, { recursive: true });
    const resumed = join(directory, "resumed");
    await cp(runDirectory, resumed, { recursive: true });
    await rm(checkpointPath(runPaths(resumed).checkpoints, 4));
    const { data } = await reopenRun({ config, runDirectory: resumed });
    await train({ config, runDirectory: resumed, data, backend: "wasm", threads: 1, resume: true });
    expect(Buffer.compare(await lastBytes(resumed), await lastBytes(runDirectory))).toBe(0);
  });

  test("keeps the network out of what is trained, and as it was", async () => {
    const runDirectory = await trainRun("frozen");
    for (const name of await readdir(features)) {
      const copy = await readFile(join(runDirectory, "features", name));
      expect(Buffer.compare(copy, await readFile(join(features, name)))).toBe(0);
    }
    expect((await lastBytes(runDirectory)).toString("latin1")).not.toContain("patch2/leakyRelu");
  });

  test("says whose encoder it reads where a segmentation network was trained here", async () => {
    const segmenter = join(directory, "segmenter");
    await cp(features, join(segmenter, "features"), { recursive: true });
    await writeFile(join(segmenter, "segmenter.json"), "{}");
    const runDirectory = await trainRun("encoder", { config: configOf(join(segmenter, "features")) });
    expect((await readRunFeatureFacts(runDirectory)).kind).toBe("segmenter-encoder");
  });

  test("does not go on with another network than it began with", async () => {
    const runDirectory = await trainRun("damaged");
    const [shard] = (await readdir(join(runDirectory, "features"))).filter((name) => name.endsWith(".bin"));
    const path = join(runDirectory, "features", shard!);
    const bytes = await readFile(path);
    bytes[40]! ^= 1;
    await writeFile(path, bytes);
    const config = configOf();
    const { data } = await reopenRun({ config, runDirectory });
    const again = train({ config, runDirectory, data, backend: "wasm", threads: 1, resume: true });
    await expect(again).rejects.toMatchObject({ code: "damaged_run" });
  });

  test.each([
    ["a layer that is not there", { layers: ["conv5"] }, /has no node "conv5"/],
    ["a folder without a model", { directory: "/nowhere" }, /model.json cannot be read/],
  ])("refuses %s before anything is written", async (name, settings, message) => {
    const config = configOf();
    const runDirectory = join(directory, name);
    const place = { config: { ...config, features: { ...config.features, ...settings } }, runDirectory };
    await expect(startRun(place)).rejects.toThrow(
      expect.objectContaining({ code: "invalid_feature_model", message: expect.stringMatching(message) }),
    );
    await expect(readdir(runDirectory)).rejects.toThrow(/ENOENT/);
  });

  test("needs a network to be named, and no other method takes one", () => {
    const { features: _, ...config } = configOf();
    expect(() => resolveConfig(config)).toThrow(/--features FOLDER/);
    expect(() => resolveConfig({ ...configOf(), method: "cut" })).toThrow(/cut reads no features/);
  });
});
