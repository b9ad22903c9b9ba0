import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, initializeWeights, patchDiscriminator } from "@unpaired/core";
import type { ImageTensor } from "@unpaired/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select.ts";
import { checkpointPath } from "../checkpoint/checkpoint-files.ts";
import { exportModel } from "../models/export-model.ts";
import { createDirectoryRegistry } from "../publish/directory-registry.ts";
import { publishRun } from "../publish/publish-run.ts";
import { resolveConfig, type TrainConfig, type TrainConfigInput } from "../run/config.ts";
import { runPaths } from "../run/run-directory.ts";
import { type OpenRun, type RunPlace, reopenRun, startRun } from "../run/start-run.ts";
import { synthesizeSeasons } from "../seasons/index.ts";
import { type TrainingObserver, train } from "../training/train.ts";
import { createTranslator, readTrainedRun } from "../translate/run-translator.ts";
import { createMethod } from "./create-method.ts";
import { methodNames } from "./method-names.ts";

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "methods-"));
  await synthesizeSeasons({ directory: join(directory, "data"), count: 12, size: 32, seed: 1, holdout: 0 });
  await selectBackend("wasm");
  const spec = patchDiscriminator({ filters: 8, layers: 1, norm: "none" });
  const weights = initializeWeights(spec, { random: createRandom(1), kind: "kaiming" });
  await exportModel({
    network: { spec, weights },
    format: "graph-model",
    output: join(directory, "features"),
    quantization: "float32",
  });
});
afterAll(() => rm(directory, { recursive: true }));

const STEPS = 60;

type MethodSettings = Partial<Omit<TrainConfigInput, "data">> & {
  readonly data?: Partial<TrainConfigInput["data"]>;
};

/** 32 pixels, few filters, summer and winter scenes; everything else is the method's own. */
function configOf(settings: MethodSettings): TrainConfig {
  return resolveConfig({
    domains: { A: "summer", B: "winter" },
    generator: { kind: "resnet", filters: 4, blocks: 1, upsampling: "resize" },
    discriminator: { filters: 4, layers: 2 },
    contrast: { patches: 32, projectorWidth: 16, ...settings.contrast },
    optimizer: { learningRate: 2e-3 },
    reporting: { logEverySteps: 20, sampleEverySteps: STEPS, checkpointEverySteps: STEPS / 2 },
    ...settings,
    ...(settings.method === "feature-gan" && { features: { directory: join(directory, "features") } }),
    data: {
      ...settings.data,
      name: "seasons",
      directoryA: join(directory, "data", "trainA"),
      directoryB: join(directory, "data", "trainB"),
      loadSizePixels: 32,
      cropSizePixels: 32,
    },
    schedule: { maxSteps: STEPS },
  });
}

const both = ["summer2winter", "winter2summer"];
const methods: [string, MethodSettings, string[]][] = [
  ["cyclegan", { method: "cyclegan" }, both],
  ["cycle alone", { loss: { objective: "cycle-alone" } }, both],
  ["GAN alone", { loss: { objective: "gan-alone" } }, both],
  ["GAN and forward cycle", { loss: { objective: "gan-forward" } }, both],
  ["GAN and backward cycle", { loss: { objective: "gan-backward" } }, both],
  ["simgan", { method: "simgan" }, both],
  ["feature-gan", { method: "feature-gan" }, both],
  ["bigan", { method: "bigan" }, both],
  [
    "cogan",
    { method: "cogan", data: { batchSize: 4 }, coupling: { searchSteps: 40, searchRestarts: 2 } },
    [],
  ],
  ["cut", { method: "cut" }, ["summer2winter"]],
  ["pix2pix", { method: "pix2pix", data: { mode: "aligned" } }, ["summer2winter"]],
  ["fastcut", { method: "fastcut", direction: "BtoA" }, ["winter2summer"]],
];

test("no method is left out", () => {
  expect(new Set(methods.map(([, { method = "cyclegan" }]) => method))).toEqual(new Set(methodNames));
});

describe.each(methods)("%s", (name, settings, published) => {
  const placeOf = (folder: string) => ({ config: configOf(settings), runDirectory: join(directory, folder) });

  test("learns, and goes on after a stop as if there had been none", async () => {
    const place = placeOf(name);
    const { distance } = createMethod(place.config);
    const distances: number[] = [];
    const { data, probes } = await startRun(place);
    const observer: TrainingObserver = { stepped: ({ losses }) => void distances.push(distance(losses)) };
    await train({ ...place, data, observer, backend: "wasm", threads: 1 });
    if (distances.every((value) => value === 0)) {
      // Where nothing but an opponent judges, what it judges must come to look like the domain.
      for (const { from, to, after } of await levelsOf(place, probes))
        expect(after, `${from} to ${to}`).toBeLessThan(0.7 * difference(probes[from], probes[to]));
    } else {
      expect(mean(distances.slice(-10))).toBeLessThan(0.9 * mean(distances.slice(0, 10)));
    }

    const resumed = placeOf(`${name}, resumed`);
    await cp(place.runDirectory, resumed.runDirectory, { recursive: true });
    await rm(checkpointPath(runPaths(resumed.runDirectory).checkpoints, STEPS));
    const reopened = await reopenRun(resumed);
    await train({ ...resumed, data: reopened.data, backend: "wasm", threads: 1, resume: true });
    expect(Buffer.compare(await lastCheckpoint(resumed), await lastCheckpoint(place))).toBe(0);
  });

  test.skipIf(published.length === 0)("is published, every direction and nothing else", async () => {
    const manifests = await publishRun({
      runDirectory: join(directory, name),
      registry: createDirectoryRegistry(join(directory, "registry", name)),
      quantization: "uint8",
      backend: "wasm",
      now: () => new Date("2026-01-02T03:04:05Z"),
    });
    expect(manifests.map(({ id }) => id)).toEqual(published);
    for (const { method } of manifests) expect(method).toBe(configOf(settings).method);
  });
});

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean absolute difference of two domains' mean colours. */
function difference(some: readonly ImageTensor[], others: readonly ImageTensor[]): number {
  const colour = (images: readonly ImageTensor[], channel: number) =>
    mean(images.flatMap(({ data }) => [...data.filter((_, index) => index % 3 === channel)]));
  return mean([0, 1, 2].map((channel) => Math.abs(colour(some, channel) - colour(others, channel))));
}

/** How far the fixed images' colours are from their target domain's once they are translated. */
async function levelsOf({ runDirectory }: RunPlace, probes: OpenRun["probes"]) {
  const levels = [];
  for (const direction of (await readTrainedRun(runDirectory)).directions) {
    const translator = createTranslator(direction);
    const translated: ImageTensor[] = [];
    for (const probe of probes[direction.from]) translated.push(await translator.translate(probe));
    translator.dispose();
    levels.push({ ...direction, after: difference(translated, probes[direction.to]) });
  }
  return levels;
}

async function lastCheckpoint({ runDirectory }: RunPlace): Promise<Buffer> {
  return readFile(checkpointPath(runPaths(runDirectory).checkpoints, STEPS));
}
