import "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { adamUpdate } from "./adam.ts";
import { cycleConsistency, discriminatorLoss, leastSquares } from "./losses.ts";

beforeAll(() => tf.setBackend("cpu"));

test("least squares pulls real logits to 1 and fake ones to 0", () => {
  const logits = tf.tensor1d([0, 1, 3]);
  expect(leastSquares(logits, "real").dataSync()[0]).toBeCloseTo((1 + 0 + 4) / 3);
  expect(leastSquares(logits, "fake").dataSync()[0]).toBeCloseTo((0 + 1 + 9) / 3);
  expect(discriminatorLoss(logits, logits).dataSync()[0]).toBeCloseTo(2.5);
});

test("cycle consistency is the weighted mean absolute difference", () => {
  expect(cycleConsistency(tf.tensor1d([1, -1]), tf.tensor1d([0, 1]), 10).dataSync()[0]).toBeCloseTo(15);
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
