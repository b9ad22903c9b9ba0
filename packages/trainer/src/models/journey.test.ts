import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { manifestSchema, registryKeys } from "@unpaired/core/contracts";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../cli/run-cli.ts";
import { encodeImage } from "../data/index.ts";
import { importNetwork } from "../pytorch/import-network.ts";
import { createFloatTranslator } from "../translate/run-translator.ts";
import { readTrainedModel } from "./read-model.ts";
import { synthesizeProbes } from "./synthetic-probes.ts";
import { assertNetworks, type NetworkModel } from "./trained-model.ts";

const fixtures = fileURLToPath(new URL("../pytorch/testing/fixtures", import.meta.url));
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "journey-"));
  await cp(fixtures, join(directory, "files"), { recursive: true });
  await mkdir(join(directory, "pictures"));
  for (const [index, picture] of (await synthesizeProbes({ count: 4, sizePixels: 36, seed: 9 })).entries()) {
    await writeFile(join(directory, "pictures", `${index}.png`), await encodeImage(picture));
  }
});
afterAll(() => rm(directory, { recursive: true }));

async function trainer(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, {
    directory,
    signal: new AbortController().signal,
    now: () => new Date("2026-01-02T03:04:05Z"),
    print: (text) => void out.push(text),
    warn: (text) => void err.push(text),
    progress: { isTerminal: false, columns: 80, write: () => {}, nowMs: () => performance.now() },
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

async function succeeds(...args: string[]): Promise<string> {
  const { code, out, err } = await trainer(...args);
  expect(code, err).toBe(0);
  return out;
}

const words = (line: string) => line.split(" ");

async function readNetworks(folder: string): Promise<NetworkModel> {
  const model = await readTrainedModel(join(directory, folder));
  assertNetworks(model);
  return model;
}

async function readManifest(id: string) {
  const { version } = JSON.parse(
    await readFile(join(directory, "registry", registryKeys.latest(id)), "utf8"),
  );
  const text = await readFile(join(directory, "registry", registryKeys.manifest(id, version)), "utf8");
  return manifestSchema.parse(JSON.parse(text));
}

describe("a generator that PyTorch saved", () => {
  beforeAll(async () => {
    const out = await succeeds(
      ...words("import files/mobile-zip.pth --out models/h2z --from horse --to zebra --size 32"),
      ...words("--images pictures --config 2_2_2_2_2_2 --data-set horse2zebra"),
    );
    expect(out).toMatch(/mobile-resnet-1blocks-2filters with 1,\d\d\d parameters is in models\/h2z/);
  });

  test("is a model like any other", async () => {
    const { directions, ...facts } = await readTrainedModel(join(directory, "models/h2z"));
    const { role: _, ...network } = await importNetwork(join(fixtures, "mobile-zip.pth"));
    expect(facts).toMatchObject({ sizePixels: 32, training: { dataSet: "horse2zebra", backend: "pytorch" } });
    expect(directions).toHaveLength(1);
    expect(directions[0]).toMatchObject({ ...network, from: "horse", to: "zebra" });
    expect(directions[0]!.domainStatistics).toHaveLength(6);
  });

  test("translates a picture, and a folder of them but for what is no picture", async () => {
    const machine = ["--backend", "cpu"];
    await succeeds("translate", "models/h2z", "pictures/1.png", "--out", "one.webp", ...machine);
    expect(await sharp(join(directory, "one.webp")).metadata()).toMatchObject({ width: 32, height: 32 });
    await writeFile(join(directory, "pictures", "broken.jpg"), "no picture");
    const { code, out, err } = await trainer(
      "translate",
      "models/h2z",
      "pictures",
      "--out",
      "all",
      ...machine,
    );
    await rm(join(directory, "pictures", "broken.jpg"));
    expect(code).toBe(0);
    expect(out).toMatch(/horse2zebra: .*all \(4 pictures\)/);
    expect(err).toMatch(/broken\.jpg/);
    expect(await readdir(join(directory, "all"))).toEqual(["0.png", "1.png", "2.png", "3.png"]);
    const wrong = await trainer(
      "translate",
      "models/h2z",
      "pictures/1.png",
      "--out",
      "x.png",
      "--direction",
      "b2a",
    );
    expect(wrong).toMatchObject({ code: 2, err: expect.stringMatching(/b2a; it has a2b \(horse2zebra\)/) });
  });

  test("publishes", async () => {
    await succeeds("publish", "models/h2z", "--to", "registry", "--backend", "cpu");
    const manifest = await readManifest("horse2zebra");
    expect(manifest).toMatchObject({
      method: "imported",
      domains: { from: "horse", to: "zebra" },
      input: { sizePixels: 32, multipleOf: 4, channels: 3 },
      training: { backend: "pytorch", dataSet: "horse2zebra" },
    });
    expect(manifest.metrics.psnrQuantized).toBeGreaterThan(30);
  });

  test("exports as a graph model that stock tfjs runs", async () => {
    await succeeds(
      "export",
      "models/h2z",
      "--format",
      "graph-model",
      "--quantization",
      "float32",
      "--out",
      "graph",
    );
    const folder = join(directory, "graph");
    const json = JSON.parse(await readFile(join(folder, "model.json"), "utf8"));
    const { paths, weights } = json.weightsManifest[0];
    const shards = await Promise.all(paths.map((path: string) => readFile(join(folder, path))));
    const model = await tf.loadGraphModel(
      tf.io.fromMemory({
        ...json,
        weightSpecs: weights,
        weightData: new Uint8Array(Buffer.concat(shards)).buffer,
      }),
    );
    const trained = await readNetworks("models/h2z");
    const translator = createFloatTranslator(trained.directions[0]!);
    const [probe] = await trained.directions[0]!.readProbes();
    const expected = await translator.translate(probe!);
    const found = model.execute(tf.tensor4d(probe!.data, [1, 32, 32, 3])) as tf.Tensor;
    expect(tf.max(tf.abs(tf.sub(found.flatten(), expected.data))).dataSync()[0]).toBeLessThan(1e-4);
    const again = await trainer("export", "models/h2z", "--format", "graph-model", "--out", "graph");
    expect(again).toMatchObject({ code: 2, err: expect.stringMatching(/graph is there already/) });
  });

  test("exports for PyTorch and as ONNX", async () => {
    await succeeds("export", "models/h2z", "--format", "pytorch", "--out", "again.pth");
    const before = await importNetwork(join(fixtures, "mobile-zip.pth"));
    expect(await importNetwork(join(directory, "again.pth"))).toEqual(before);
    expect(await succeeds("export", "models/h2z", "--format", "onnx", "--out", "model.onnx")).toMatch(/KiB/);
    expect(await readFile(join(directory, "model.onnx"), "latin1")).toContain("InstanceNormalization");
  });
});

test("without pictures a model has drawn probes and no statistics, and a grey one publishes as RGB", async () => {
  await succeeds(
    ...words("import files/resnet-views.pth --out models/grey --from xray --to photo --size 32"),
  );
  const { directions } = await readNetworks("models/grey");
  expect(directions[0]!.spec.inputChannels).toBe(1);
  expect(directions[0]!.domainStatistics).toEqual([]);
  expect(await directions[0]!.readProbes()).toHaveLength(3);
  await succeeds("publish", "models/grey", "--to", "registry", "--backend", "cpu");
  const manifest = await readManifest("xray2photo");
  expect(manifest.input.channels).toBe(3);
  expect(manifest.domainStatistics).toEqual([]);
  await succeeds("translate", "models/grey", "pictures/0.png", "--out", "grey.png", "--backend", "cpu");
  const { data } = await sharp(join(directory, "grey.png")).raw().toBuffer({ resolveWithObject: true });
  expect(data.every((value, index) => value === data[index - (index % 3)])).toBe(true);
});

test("a run with a grey domain translates, exports and publishes both ways", async () => {
  await succeeds(
    ...words(
      "train --a pictures --b pictures --name grey --domains sketch,photo --channels-a 1 --identity 0",
    ),
    ...words("--size 32 --filters 2 --blocks 1 --discriminator-layers 1 --discriminator-filters 2 --steps 1"),
    ...words("--backend wasm --threads 1"),
  );
  const model = await readNetworks("runs/grey");
  expect(model).toMatchObject({ method: "cyclegan", sizePixels: 32, training: { steps: 1 } });
  expect(model.directions.map(({ name, from, to }) => [name, from, to])).toEqual([
    ["a2b", "sketch", "photo"],
    ["b2a", "photo", "sketch"],
  ]);
  await succeeds("publish", "runs/grey", "--to", "registry", "--backend", "wasm");
  expect((await readManifest("sketch2photo")).training.backend).toBe("wasm");
  expect((await readManifest("photo2sketch")).input.channels).toBe(3);
  const flags = ["--direction", "b2a", "--out"];
  await succeeds("translate", "runs/grey", "pictures/0.png", ...flags, "back.png", "--backend", "wasm");
  await succeeds("export", "runs/grey", "--format", "pytorch", ...flags, "back.pth");
  const { spec } = await importNetwork(join(directory, "back.pth"));
  expect(spec).toEqual(model.directions[1]!.spec);
});

describe("what cannot be is refused in a sentence", () => {
  const domains = ["--from", "a", "--to", "b"];
  test.each<[string[], RegExp]>([
    [["import", "nowhere.pth", "--out", "m", ...domains], /nowhere\.pth cannot be read/],
    [
      ["import", "files/cases.json", "--out", "m", ...domains],
      /cases\.json is not a file torch\.save writes/,
    ],
    [["import", "files/mobile-zip.pth", "--out", "files", ...domains], /files is there already/],
    [
      ["import", "files/mobile-zip.pth", "--out", "m", ...domains, "--size", "30"],
      /size is 30.*multiple of 4/,
    ],
    [
      ["import", "files/mobile-zip.pth", "--out", "m", "--from", "A b", "--to", "b"],
      /directions\.0\.from.*lower-case/,
    ],
    [["import", "files/mobile-zip.pth", "--out", "m", ...domains, "--config", "1_2"], /6 or 8 whole numbers/],
    [
      ["import", "files/mobile-zip.pth", "--out", "m", ...domains, "--images", "nowhere"],
      /nowhere does not exist/,
    ],
    [["import", "files/mobile-zip.pth", "--out", "m", "--from", "a"], /--to/],
    [["export", "files", "--format", "onnx", "--out", "x.onnx"], /no training run and no imported model/],
    [["export", "files", "--format", "caffe", "--out", "x"], /caffe.*graph-model, onnx, pytorch/],
    [["translate", "files", "pictures", "--out", "x"], /no training run and no imported model/],
  ])("trainer %j", async (args, message) => {
    const before = await readdir(directory);
    const { code, err } = await trainer(...args);
    expect(code, err).toBe(2);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n +at /);
    expect(await readdir(directory)).toEqual(before);
  });
});
