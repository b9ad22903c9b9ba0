import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unpaired/core";
import { beforeAll, expect, test } from "vitest";
import { selectBackend } from "../backend/select.ts";
import { drawLatents } from "./draw-latents.ts";
import { type LatentSpace, searchLatent } from "./latent-search.ts";

beforeAll(() => selectBackend("wasm"));

const search = { steps: 150, restarts: 3, learningRate: 0.05, seed: 4 };

/** Draws tiles of two by two pixels whose brightness is the latent's two numbers bent by a tanh, each twice. */
const space: LatentSpace = {
  latentSize: 2,
  tilePixels: 2,
  draw(latents) {
    const [batch, rows, columns] = latents.shape;
    const bent = tf.tanh(latents);
    const pixels = tf.concat([bent, tf.reverse(bent, 3)], 3);
    const tiles = tf.transpose(tf.reshape(pixels, [batch, rows, columns, 2, 2]), [0, 1, 3, 2, 4]);
    return tf.reshape(tiles, [batch, rows * 2, columns * 2, 1]);
  },
};

const imageOf = (latents: tf.Tensor4D) => {
  const drawn = space.draw(latents);
  const [, height, width, channels] = drawn.shape;
  return { data: Float32Array.from(drawn.dataSync()), height, width, channels };
};

test("the latents that drew an image are found, one per tile, and the same again", async () => {
  const drawn = drawLatents(createRandom(1), [1, 2, 3, 2]);
  const image = imageOf(drawn);
  expect([image.height, image.width]).toEqual([4, 6]);
  const before = tf.memory().numTensors;
  const found = await searchLatent(image, space, search);
  expect(tf.memory().numTensors).toBe(before + 1);
  expect(found.latent.shape).toEqual(drawn.shape);
  expect(found.distance).toBeLessThan(1e-6);
  for (const [index, value] of drawn.dataSync().entries()) {
    expect(found.latent.dataSync()[index]).toBeCloseTo(value, 2);
  }
  const again = await searchLatent(image, space, search);
  expect(again.latent.dataSync()).toEqual(found.latent.dataSync());
});

test("the search keeps to where latents are drawn from", async () => {
  const image = { data: new Float32Array(4).fill(1), height: 2, width: 2, channels: 1 };
  const { latent, distance } = await searchLatent(image, space, search);
  expect([...latent.dataSync()]).toEqual([1, 1]);
  expect(distance).toBeCloseTo((1 - Math.tanh(1)) ** 2, 5);
});

test("of several starts the one that ends nearest counts", async () => {
  const image = imageOf(tf.tensor4d([0.4, -0.6], [1, 1, 1, 2]));
  const short = { ...search, steps: 1 };
  const one = await searchLatent(image, space, { ...short, restarts: 1 });
  const many = await searchLatent(image, space, { ...short, restarts: 64 });
  expect(many.distance).toBeLessThan(0.5 * one.distance);
});
