import "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { gatherPixels } from "./gather-pixels.ts";
import { patchNce } from "./patch-nce.ts";
import { stopGradient } from "./stop-gradient.ts";

beforeAll(() => tf.setBackend("cpu"));

const embeddings = (values: number[][]) =>
  tf.tensor4d(values.flat(), [1, values.length, 1, values[0]!.length]);

test("PatchNCE is the cross-entropy of finding the own patch among all, by cosine", () => {
  // Cosines [[1, 0], [0.6, 0.8]] at temperature 0.5.
  const queries = embeddings([
    [3, 0],
    [0.6, 0.8],
  ]);
  const keys = embeddings([
    [1, 0],
    [0, 5],
  ]);
  const entropy = (own: number, other: number) => Math.log1p(Math.exp((other - own) / 0.5));
  const expected = (entropy(1, 0) + entropy(0.8, 0.6)) / 2;
  expect(patchNce(queries, keys, 0.5).dataSync()[0]).toBeCloseTo(expected, 5);
});

test("patches of other images are no negatives", () => {
  const one = embeddings([
    [1, 0],
    [0, 1],
  ]);
  const two = tf.concat([one, one]) as tf.Tensor4D;
  expect(patchNce(two, two, 0.07).dataSync()[0]).toBeCloseTo(patchNce(one, one, 0.07).dataSync()[0]!, 6);
});

test("PatchNCE moves the queries alone, and stays finite without a direction and at any temperature", () => {
  const queries = embeddings([
    [0, 0],
    [1, 1e-3],
  ]);
  const keys = embeddings([
    [1, 0],
    [0, 1],
  ]);
  const loss = (q: tf.Tensor, k: tf.Tensor) => patchNce(q as tf.Tensor4D, k as tf.Tensor4D, 0.01);
  const slope = [
    ...tf
      .grad((q) => loss(q, keys))(queries)
      .dataSync(),
  ];
  expect(slope.every(Number.isFinite)).toBe(true);
  expect(slope.some((value) => value !== 0)).toBe(true);
  const shared = tf.grad((k) => tf.add(loss(queries, k), tf.mul(tf.sum(k), 3)))(keys);
  expect([...shared.dataSync()]).toEqual([3, 3, 3, 3]);
});

test("a stopped gradient counts its argument as a constant", () => {
  const slope = tf.grad((x) => tf.sum(tf.mul(x, stopGradient(x))))(tf.tensor1d([2, -3]));
  expect([...slope.dataSync()]).toEqual([2, -3]);
});

test("pixels are gathered from every image at the same places, and their gradient goes back there", () => {
  const images = tf.tensor4d([...Array(24).keys()], [2, 2, 3, 2]);
  const places = Int32Array.of(4, 0);
  const gathered = gatherPixels(images, places);
  expect(gathered.shape).toEqual([2, 2, 1, 2]);
  expect([...gathered.dataSync()]).toEqual([8, 9, 0, 1, 20, 21, 12, 13]);
  const weights = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 1, 2]);
  const slope = tf.grad((x) => tf.sum(tf.mul(gatherPixels(x as tf.Tensor4D, places), weights)))(images);
  const expected = Array.from({ length: 24 }, () => 0);
  for (const [index, value] of [8, 9, 0, 1, 20, 21, 12, 13].entries()) expected[value] = index + 1;
  expect([...slope.dataSync()]).toEqual(expected);
});
