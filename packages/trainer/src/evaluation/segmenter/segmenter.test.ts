import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, inferShapes, initializeWeights } from "@unpaired/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { selectBackend } from "../../backend/select.ts";
import { encodeSafetensors } from "../../checkpoint/safetensors.ts";
import { encodeImage, listImages } from "../../data/index.ts";
import type { Palette } from "../palette.ts";
import { scoreSegmenter } from "./score-segmenter.ts";
import { segmentationNetwork } from "./segmentation-network.ts";
import { readSegmenter, writeSegmenter } from "./segmenter-directory.ts";
import { type TrainSegmenterOptions, trainSegmenter } from "./train-segmenter.ts";

const palette: Palette = {
  classes: [
    { name: "ground", colour: [200, 0, 0] },
    { name: "thing", colour: [0, 0, 200] },
  ],
  ignored: [[0, 0, 0]],
};
const side = 32;
let directory: string;
let options: TrainSegmenterOptions;

/** Photos of a bright, noisy box on dark ground, and their label maps. */
async function writeScenes(): Promise<void> {
  const random = createRandom(2);
  for (const folder of ["photos", "labels"]) await mkdir(join(directory, folder));
  for (let scene = 0; scene < 6; scene++) {
    const [left, top] = [random.integer(16), random.integer(16)];
    const photo = new Uint8Array(side * side * 3);
    const labels = new Uint8Array(side * side * 3);
    for (let pixel = 0; pixel < side * side; pixel++) {
      const [column, row] = [pixel % side, Math.floor(pixel / side)];
      const inside = column >= left && column < left + 16 && row >= top && row < top + 16;
      for (let channel = 0; channel < 3; channel++) {
        photo[pixel * 3 + channel] = (inside ? 160 : 40) + random.integer(60);
      }
      labels.set(row === 0 ? [0, 0, 0] : inside ? [0, 0, 200] : [200, 0, 0], pixel * 3);
    }
    for (const [folder, data] of [
      ["photos", photo],
      ["labels", labels],
    ] as const) {
      await writeFile(
        join(directory, folder, `${scene}.png`),
        await encodeImage({ width: side, height: side, data }),
      );
    }
  }
}

beforeAll(async () => {
  await selectBackend("wasm");
  directory = await mkdtemp(join(tmpdir(), "segmenter-"));
  await writeScenes();
  options = {
    photos: await listImages(join(directory, "photos")),
    labels: await listImages(join(directory, "labels")),
    palette,
    sizePixels: side,
    filters: 4,
    steps: 40,
    batchSize: 2,
    learningRate: 0.01,
    seed: 1,
    signal: new AbortController().signal,
  };
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it("the network answers one logit per class and pixel, of any sign", () => {
  const spec = segmentationNetwork({ classes: 7, filters: 4 });
  expect(inferShapes(spec, { height: 64, width: 32 }).get(spec.output)).toMatchObject({
    height: 64,
    width: 32,
    channels: 7,
  });
  expect(spec.nodes.at(-1)?.op).toBe("transposedConv");
});

describe("trainSegmenter", () => {
  it("learns to tell classes apart, the same way from the same seed, and its folder gives it back", async () => {
    const losses: number[] = [];
    const trained = await trainSegmenter({ ...options, onStep: (_, loss) => losses.push(loss) });
    expect(trained.loss).toBeLessThan(losses[0]! / 2);
    const again: number[] = [];
    await trainSegmenter({ ...options, steps: 3, onStep: (_, loss) => again.push(loss) });
    expect(again[0]).toBe(losses[0]);

    const { spec, weights, loss } = trained;
    const training = { backend: "wasm", steps: 40, seed: 1, photos: "p", labels: "l", pictures: 6, loss };
    const folder = join(directory, "network");
    await writeSegmenter(folder, { sizePixels: side, palette, training, spec, weights });
    const segmenter = await readSegmenter(folder);
    expect(segmenter.palette).toEqual(palette);
    const { signal, photos: filesA, labels: filesB } = options;
    const scores = await scoreSegmenter(segmenter, { filesA, filesB, signal });
    segmenter.dispose();
    expect(scores.pixelAccuracy).toBeGreaterThan(0.9);
    expect(scores.classIou).toBeGreaterThan(0.8);
  });

  it("says so when it diverges, and stops when told to", async () => {
    const stopped = AbortSignal.abort();
    await expect(trainSegmenter({ ...options, signal: stopped })).rejects.toThrow(/abort/i);
    const wild = { ...options, steps: 20, learningRate: 1e30 };
    await expect(trainSegmenter(wild)).rejects.toMatchObject({ code: "diverged" });
  });
});

describe("readSegmenter refuses", () => {
  it("a folder that is none, and one whose description or weights are not whole", async () => {
    await expect(readSegmenter(directory)).rejects.toMatchObject({ code: "invalid_segmenter" });
    const broken = join(directory, "broken");
    const spec = segmentationNetwork({ classes: 2, filters: 2 });
    const training = { backend: "wasm", steps: 1, seed: 1, photos: "p", labels: "l", pictures: 6, loss: 1 };
    const weights = initializeWeights(spec, { random: createRandom(1) });
    await writeSegmenter(broken, { sizePixels: side, palette, training, spec, weights });
    const { pieces } = encodeSafetensors({ tensors: new Map([...weights].slice(1)), metadata: {} });
    await writeFile(join(broken, "weights.safetensors"), Buffer.concat(pieces));
    await expect(readSegmenter(broken)).rejects.toThrow(/weights do not fit/);
    await writeFile(join(broken, "weights.safetensors"), "short");
    await expect(readSegmenter(broken)).rejects.toMatchObject({ code: "damaged_checkpoint" });
  });
});
