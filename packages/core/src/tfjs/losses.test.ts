import "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { adamUpdate } from "./adam.ts";
import {
  adversarialLoss,
  classCrossEntropy,
  cycleConsistency,
  discriminatorLoss,
  gradientPenalty,
} from "./losses.ts";

beforeAll(() => tf.setBackend("cpu"));

test("least squares pulls real logits to 1 and fake ones to 0", () => {
  const logits = tf.tensor1d([0, 1, 3]);
  expect(adversarialLoss("lsgan", logits, "real").dataSync()[0]).toBeCloseTo((1 + 0 + 4) / 3);
  expect(adversarialLoss("lsgan", logits, "fake").dataSync()[0]).toBeCloseTo((0 + 1 + 9) / 3);
  expect(discriminatorLoss("lsgan", logits, logits).dataSync()[0]).toBeCloseTo(2.5);
});

test("cross-entropy stays finite and has a slope where a logarithm would overflow", () => {
  const logits = tf.tensor1d([-200, 0, 200]);
  const loss = (target: "real" | "fake") => (x: tf.Tensor) => adversarialLoss("vanilla", x, target);
  expect(loss("real")(logits).dataSync()[0]).toBeCloseTo((200 + Math.LN2) / 3, 4);
  expect(loss("fake")(logits).dataSync()[0]).toBeCloseTo((200 + Math.LN2) / 3, 4);
  expect([...tf.grad(loss("real"))(logits).dataSync()].map((g) => Math.fround(g * 3))).toEqual([
    -1, -0.5, -0,
  ]);
});

test("the Wasserstein critic raises real logits and lowers fake ones", () => {
  const logits = tf.tensor1d([1, 3]);
  expect(adversarialLoss("wgangp", logits, "real").dataSync()[0]).toBe(-2);
  expect(adversarialLoss("wgangp", logits, "fake").dataSync()[0]).toBe(2);
});

test("the gradient penalty and its own gradient are those of a critic known in closed form", () => {
  // D(x) = w · Σ x² / 2 has the slope w·x, whose norm over the four ones of x̂ = (real + fake) / 2 is 2w.
  const real = tf.fill([1, 2, 2, 1], 2) as tf.Tensor4D;
  const fake = tf.zeros([1, 2, 2, 1]) as tf.Tensor4D;
  const penalty = (w: tf.Tensor) => {
    const critic = (x: tf.Tensor4D) => tf.mul(tf.mul(tf.sum(tf.square(x)), 0.5), w);
    return gradientPenalty(critic, { real, fake, mixing: Float32Array.of(0.5) }, 10);
  };
  expect(penalty(tf.scalar(3)).dataSync()[0]).toBeCloseTo(10 * (6 - 1) ** 2, 3);
  expect(tf.grad(penalty)(tf.scalar(3)).dataSync()[0]).toBeCloseTo(10 * 2 * (6 - 1) * 2, 2);
});

test("cycle consistency is the weighted mean absolute difference", () => {
  expect(cycleConsistency(tf.tensor1d([1, -1]), tf.tensor1d([0, 1]), 10).dataSync()[0]).toBeCloseTo(15);
});

test("class cross-entropy is −log of the true class's share, and its slope share − truth, over places that count", () => {
  // Shares 1/4, 3/4 and 1/2, 1/2; the third place counts nowhere.
  const logits = tf.tensor2d([
    [0, Math.log(3)],
    [500, 500],
    [9, 1],
  ]);
  const target = tf.tensor2d([
    [0, 1],
    [1, 0],
    [0, 0],
  ]);
  expect(classCrossEntropy(logits, target).dataSync()[0]).toBeCloseTo((Math.log(4 / 3) + Math.LN2) / 2, 5);
  const slope = tf
    .grad((x) => classCrossEntropy(x, target))(logits)
    .dataSync();
  for (const [index, value] of [1 / 8, -1 / 8, -1 / 4, 1 / 4, 0, 0].entries()) {
    expect(slope[index]).toBeCloseTo(value, 5);
  }
});

test("Adam follows PyTorch's torch.optim.Adam", () => {
  // torch: w = 1.0; three steps with gradients 0.5, -0.2, 0.1 at lr 0.1, betas (0.5, 0.999), eps 1e-8.
  let [w, m, v] = [1, 0, 0];
  let slot = {
    weight: tf.tensor1d([1]) as tf.Tensor,
    m: tf.zeros([1]) as tf.Tensor,
    v: tf.zeros([1]) as tf.Tensor,
  };
  for (const [index, gradient] of [0.5, -0.2, 0.1].entries()) {
    const step = index + 1;
    m += (gradient - m) * (1 - 0.5);
    v = v * 0.999 + (1 - 0.999) * gradient * gradient;
    w -= ((0.1 / (1 - 0.5 ** step)) * m) / (Math.sqrt(v) / Math.sqrt(1 - 0.999 ** step) + 1e-8);
    const options = { learningRate: 0.1, beta1: 0.5, beta2: 0.999, epsilon: 1e-8, step };
    slot = adamUpdate(slot, tf.tensor1d([gradient]), options);
    expect(slot.weight.dataSync()[0]).toBeCloseTo(w, 5);
  }
});
