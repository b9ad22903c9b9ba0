import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { createRandom, initializeWeights, patchDiscriminator, toGraphModel } from "@unpaired/core";
import { forward, toTensors } from "@unpaired/core/tfjs";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { toModelRange } from "../../data/index.ts";
import { greyPicture, noisePicture } from "../testing/noise-picture.ts";
import { openFeatureExtractor } from "./open-feature-extractor.ts";

let folder: string;
beforeAll(() => {
  tf.enableProdMode();
  return tf.setBackend("cpu");
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "features-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const minusOne = { range: "-1..1" } as const;

/** A graph that the engine does not run: the mean over rows and columns. */
async function writeMeanModel(change: (model: Record<string, unknown>) => object = (model) => model) {
  const float = { type: "DT_FLOAT" };
  const dims = [-1, 8, 8, 3].map((size) => ({ size: String(size) }));
  const model = {
    format: "graph-model",
    modelTopology: {
      node: [
        { name: "x", op: "Placeholder", attr: { dtype: float, shape: { shape: { dim: dims } } } },
        { name: "axes", op: "Const", attr: { dtype: { type: "DT_INT32" } } },
        { name: "mean", op: "Mean", input: ["x", "axes"], attr: { keep_dims: { b: false }, T: float } },
      ],
      versions: { producer: 1395 },
    },
    weightsManifest: [{ paths: ["axes.bin"], weights: [{ name: "axes", shape: [2], dtype: "int32" }] }],
  };
  await writeFile(join(folder, "model.json"), JSON.stringify(change(model)));
  await writeFile(join(folder, "axes.bin"), new Uint8Array(Int32Array.of(1, 2).buffer));
}

it("runs a network in the engine and averages its answer over places, as tfjs does with the weights it came from", async () => {
  const spec = patchDiscriminator({ filters: 4, layers: 1 });
  const weights = initializeWeights(spec, { random: createRandom(1), kind: "kaiming" });
  const files = toGraphModel(spec, weights, { quantization: "float32" });
  await writeFile(join(folder, "model.json"), files.model);
  for (const [index, shard] of files.weights.entries()) {
    await writeFile(join(folder, `group1-shard${index + 1}of${files.weights.length}.bin`), shard);
  }
  const picture = noisePicture(1, 32, 32);
  const extractor = await openFeatureExtractor(folder, { ...minusOne, sizePixels: 32 });
  const features = await extractor.extract(picture);
  extractor.dispose();
  expect(extractor.runtime).toBe("engine");
  const expected = tf.tidy(() => {
    const answer = forward(spec, toTensors(weights), tf.tensor4d(toModelRange(picture), [1, 32, 32, 3]));
    return [...tf.mean(answer, [0, 1, 2]).dataSync()];
  });
  expect(features).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(features[index]).toBeCloseTo(value, 4);
});

describe("a model the engine does not run", () => {
  it.each([
    ["-1..1", 1],
    ["0..1", 1],
    ["0..255", 255],
  ] as const)("goes to tfjs, at the side it declares, with values of %s", async (range, white) => {
    await writeMeanModel();
    const extractor = await openFeatureExtractor(folder, { range });
    expect(extractor.runtime).toBe("tfjs");
    expect([...(await extractor.extract(greyPicture(255, 20, 12)))]).toEqual([white, white, white]);
    extractor.dispose();
  });
});

describe("refuses in one sentence", () => {
  const opening = async () => openFeatureExtractor(folder, minusOne).catch((error: unknown) => error);
  const refusal = (message: RegExp) => ({
    code: "invalid_feature_model",
    message: expect.stringMatching(message),
  });

  it("a folder without a model, and one that is not JSON", async () => {
    expect(await opening()).toMatchObject(refusal(/model\.json cannot be read/));
    await writeFile(join(folder, "model.json"), "{");
    expect(await opening()).toMatchObject(refusal(/not a graph model's/));
  });

  it("weight files that lie elsewhere or nowhere", async () => {
    const withPath = (path: string) => (model: Record<string, unknown>) => ({
      ...model,
      weightsManifest: [{ paths: [path], weights: [] }],
    });
    await writeMeanModel(withPath("../outside.bin"));
    expect(await opening()).toMatchObject(refusal(/not a graph model's/));
    await writeMeanModel(withPath("gone.bin"));
    expect(await opening()).toMatchObject(refusal(/gone\.bin cannot be read/));
  });

  it("weights that are cut short, and operations nobody knows", async () => {
    await writeMeanModel();
    await writeFile(join(folder, "axes.bin"), new Uint8Array(3));
    expect(await opening()).toMatchObject(refusal(/not usable as a feature network/));
    await writeMeanModel((model) => ({
      ...model,
      modelTopology: {
        node: [
          { name: "x", op: "Placeholder", attr: {} },
          { name: "y", op: "Summon", input: ["x"], attr: {} },
        ],
        versions: { producer: 1395 },
      },
    }));
    const opened = await opening();
    const failure =
      opened instanceof Error
        ? opened
        : await (opened as Awaited<ReturnType<typeof openFeatureExtractor>>)
            .extract(greyPicture(1, 8, 8))
            .catch((error: unknown) => error);
    expect(failure).toMatchObject(refusal(/Summon/));
  });
});
