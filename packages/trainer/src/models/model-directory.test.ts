import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createRandom,
  initializeWeights,
  mobileResnetGenerator,
  UnpairedError,
  unetGenerator,
} from "@unpaired/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type NewModel, readModelDirectory, writeModelDirectory } from "./model-directory.ts";
import { readTrainedModel } from "./read-model.ts";
import { synthesizeProbes } from "./synthetic-probes.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "models-"));
});
afterEach(() => rm(root, { recursive: true }));

async function newModel(): Promise<NewModel> {
  const probes = await synthesizeProbes({ count: 2, sizePixels: 32, seed: 4 });
  const random = createRandom(3);
  const there = mobileResnetGenerator({ filters: 2, blocks: 1, dropout: 0.5 });
  const back = unetGenerator({ depth: 5, filters: 2, norm: "batch" });
  return {
    method: "imported",
    source: { file: "latest_net_G.pth", sha256: "0".repeat(64) },
    sizePixels: 32,
    training: { backend: "pytorch", steps: 0, dataSet: "unknown", seed: 0 },
    directions: [
      {
        name: "a2b",
        from: "horse",
        to: "zebra",
        spec: there,
        weights: initializeWeights(there, { random }),
        domainStatistics: [{ name: "redMean", mean: 0.25, standardDeviation: 0.5 }],
        probes,
      },
      {
        name: "b2a",
        from: "zebra",
        to: "horse",
        spec: back,
        weights: initializeWeights(back, { random }),
        domainStatistics: [],
        probes: probes.slice(1),
      },
    ],
  };
}

test("a model comes back as it was written, networks of every node included", async () => {
  const directory = join(root, "deep", "horse2zebra");
  const model = await newModel();
  await writeModelDirectory(directory, model);
  const read = await readTrainedModel(directory);
  const { source: _, directions, ...facts } = model;
  expect(read).toMatchObject(facts);
  for (const [index, { probes, ...direction }] of directions.entries()) {
    const { readProbes, ...found } = read.directions[index]!;
    expect(found).toEqual(direction);
    const images = await readProbes();
    expect(images).toHaveLength(probes.length);
    expect(images[0]).toMatchObject({ width: 32, height: 32, channels: 3 });
    const [picture] = probes;
    expect(
      images[0]!.data.every((value, at) => Math.abs(value - (picture!.data[at]! / 127.5 - 1)) < 1e-6),
    ).toBe(true);
  }
});

test("an existing folder is never written into, and nothing half-written stays", async () => {
  const directory = join(root, "taken");
  await mkdir(directory);
  await writeFile(join(directory, "mine.txt"), "mine");
  await expect(writeModelDirectory(directory, await newModel())).rejects.toMatchObject({
    code: "folder_exists",
  });
  expect(await readdir(directory)).toEqual(["mine.txt"]);
  const [first, second] = (await newModel()).directions;
  const wrong = { ...(await newModel()), directions: [{ ...first!, from: "Über" }, second!] };
  await expect(writeModelDirectory(join(root, "new"), wrong)).rejects.toThrow(
    /directions\.0\.from.*lower-case/,
  );
  expect(await readdir(root)).toEqual(["taken"]);
});

test("a folder that is no model is said to be none", async () => {
  await expect(readTrainedModel(root)).rejects.toMatchObject({ code: "no_model" });
  await expect(readTrainedModel(join(root, "nowhere"))).rejects.toMatchObject({ code: "no_model" });
});

type Json = Record<string, unknown> & { directions: { network: { nodes: Record<string, unknown>[] } }[] };

const edits: [string, (model: Json) => void][] = [
  ["another schema", (model) => Object.assign(model, { schemaVersion: 2 })],
  ["a setting nobody knows", (model) => Object.assign(model, { surprise: 1 })],
  ["no direction", (model) => Object.assign(model, { directions: [] })],
  ["an unknown operation", ({ directions: [one] }) => Object.assign(one!.network.nodes[0]!, { op: "exec" })],
  ["a huge kernel", ({ directions: [one] }) => Object.assign(one!.network.nodes[0]!, { size: 99_999 })],
  ["a fractional filter", ({ directions: [one] }) => Object.assign(one!.network.nodes[0]!, { filters: 1.5 })],
  [
    "other filters than the weights have",
    ({ directions: [one] }) => Object.assign(one!.network.nodes[0]!, { filters: 4 }),
  ],
  [
    "a node that reads itself",
    ({ directions: [one] }) => Object.assign(one!.network.nodes[0]!, { inputs: ["stem"] }),
  ],
  [
    "an output that is nowhere",
    ({ directions: [one] }) => Object.assign(one!.network, { output: "nowhere" }),
  ],
  ["a side of zero", ({ directions: [one] }) => Object.assign(one!.network, { multipleOf: 0 })],
  ["a domain that climbs", ({ directions: [one] }) => Object.assign(one!, { from: "../../x" })],
];

test.each(edits)("a model.json with %s is refused by name", async (_, edit) => {
  const directory = join(root, "model");
  await writeModelDirectory(directory, await newModel());
  const path = join(directory, "model.json");
  const model = JSON.parse(await readFile(path, "utf8"));
  edit(model);
  await writeFile(path, JSON.stringify(model));
  const error = await readModelDirectory(directory).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UnpairedError);
  expect((error as UnpairedError).message).toContain(directory);
});

test("weights that are cut off, gone or changed are noticed", async () => {
  const directory = join(root, "model");
  await writeModelDirectory(directory, await newModel());
  const path = join(directory, "weights.safetensors");
  const whole = await readFile(path);
  for (const length of [0, 7, 100, whole.length - 1]) {
    await writeFile(path, whole.subarray(0, length));
    await expect(readModelDirectory(directory)).rejects.toMatchObject({ code: "damaged_checkpoint" });
  }
  const flipped = Uint8Array.from(whole);
  flipped[whole.length - 9]! ^= 1;
  await writeFile(path, flipped);
  await expect(readModelDirectory(directory)).rejects.toMatchObject({ code: "damaged_checkpoint" });
  await rm(path);
  await expect(readModelDirectory(directory)).rejects.toMatchObject({ code: "invalid_model" });
  await writeFile(join(directory, "model.json"), "{");
  await expect(readModelDirectory(directory)).rejects.toThrow(/is not JSON/);
});

test("drawn probes are the same for the same seed and never flat", async () => {
  const [a, b] = await synthesizeProbes({ count: 2, sizePixels: 20, seed: 1 });
  const [again] = await synthesizeProbes({ count: 1, sizePixels: 20, seed: 1 });
  expect(again).toEqual(a);
  expect(a).not.toEqual(b);
  expect(new Set(a!.data).size).toBeGreaterThan(20);
});
