import * as tf from "@tensorflow/tfjs";
import { createRandom, initializeWeights, resnetGenerator, type WeightedNetwork } from "@unpaired/core";
import { forward, toTensors } from "@unpaired/core/tfjs";
import { beforeAll, expect, test } from "vitest";
import { selectBackend } from "../backend/select.ts";
import { asRgbNetwork } from "./rgb-network.ts";

let rgb: tf.Tensor4D;

beforeAll(async () => {
  await selectBackend("cpu");
  const random = createRandom(6);
  const values = Array.from({ length: 8 * 8 * 3 }, () => random.uniform() * 2 - 1);
  rgb = tf.tensor4d(values, [1, 8, 8, 3]);
});

function network(inputChannels: 1 | 3, outputChannels: 1 | 3): WeightedNetwork {
  const spec = resnetGenerator({ filters: 2, blocks: 1, inputChannels, outputChannels });
  return { spec, weights: initializeWeights(spec, { random: createRandom(5), gain: 0.3 }) };
}

function run({ spec, weights }: WeightedNetwork, input: tf.Tensor4D): tf.Tensor4D {
  return forward(spec, toTensors(weights), input);
}

test("a grey network sees the luma and answers in three equal channels", async () => {
  const grey = network(1, 1);
  const luma = tf.sum(tf.mul(rgb, [0.299, 0.587, 0.114]), 3, true) as tf.Tensor4D;
  const expected = tf.tile(run(grey, luma), [1, 1, 1, 3]);
  const found = run(asRgbNetwork(grey), rgb);
  expect(found.shape).toEqual([1, 8, 8, 3]);
  expect(tf.max(tf.abs(tf.sub(found, expected))).dataSync()[0]).toBeLessThan(1e-5);
});

test.each([
  [1, 3],
  [3, 1],
] as const)("%i channels to %i become three to three", async (inputs, outputs) => {
  const { spec } = asRgbNetwork(network(inputs, outputs));
  expect(spec.inputChannels).toBe(3);
  expect(run(asRgbNetwork(network(inputs, outputs)), rgb).shape).toEqual([1, 8, 8, 3]);
});

test("a network of three channels stays as it is", () => {
  const colour = network(3, 3);
  expect(asRgbNetwork(colour)).toEqual(colour);
});
