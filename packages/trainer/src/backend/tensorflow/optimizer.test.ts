import * as tf from "@tensorflow/tfjs";
import { type AdamSlot, adamUpdate } from "@unpaired/core/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { noise, relativeDifference, resultsOn } from "../test-bench.ts";
import { initializeTensorflowBackend } from "./index.ts";
import { missingTensorflow } from "./test-bench.ts";

const missing = await missingTensorflow();
const options = { learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };

function manySteps(): tf.Tensor[] {
  const shape = [3, 3, 5, 7];
  let slot: AdamSlot = { weight: noise(shape, 1), m: tf.zeros(shape), v: tf.zeros(shape) };
  for (let step = 1; step <= 20; step++)
    slot = adamUpdate(slot, noise(shape, 10 + step), { ...options, step });
  return [slot.weight, slot.m, slot.v];
}

describe.skipIf(missing)(`TensorFlow's AdamUpdate${missing ? `: ${missing}` : ""}`, () => {
  beforeAll(initializeTensorflowBackend);

  it("equals the composed update over many steps", async () => {
    const expected = await resultsOn("cpu", manySteps);
    const actual = await resultsOn("tensorflow", manySteps);
    // TensorFlow takes 1 - β₂ of a float32 β₂, which is 4.7e-5 off; the bias correction takes it back out of the weights.
    expect(relativeDifference(actual, expected)).toBeLessThan(5e-5);
    expect(relativeDifference([actual[0]!], [expected[0]!])).toBeLessThan(1e-6);
  });

  it("moves each weight by the learning rate in the first step, however small its gradient", async () => {
    const [weight] = await resultsOn("tensorflow", () => {
      const zeros = tf.zeros([4]);
      const gradient = tf.tensor1d([1, -1e-3, 1e3, 0]);
      return [adamUpdate({ weight: zeros, m: zeros, v: zeros }, gradient, { ...options, step: 1 }).weight];
    });
    const moved = [...weight!].map((value) => value / options.learningRate);
    expect(moved).toEqual([expect.closeTo(-1, 4), expect.closeTo(1, 4), expect.closeTo(-1, 4), 0]);
  });

  it("leaves the tensors it was given as they were", async () => {
    await tf.setBackend("tensorflow");
    const slot = { weight: tf.tensor1d([1, 2]), m: tf.tensor1d([3, 4]), v: tf.tensor1d([5, 6]) };
    const updated = adamUpdate(slot, tf.tensor1d([1, 1]), { ...options, step: 3 });
    expect([...slot.weight.dataSync(), ...slot.m.dataSync(), ...slot.v.dataSync()]).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    tf.dispose([...Object.values(slot), ...Object.values(updated)]);
  });
});
