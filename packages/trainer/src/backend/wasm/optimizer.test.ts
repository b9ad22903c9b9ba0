import * as tf from "@tensorflow/tfjs";
import { type AdamSlot, adamUpdate } from "@unpaired/core/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { noise, relativeDifference, resultsOn } from "../test-bench.ts";
import { initializeWasmBackend } from "./index.ts";

beforeAll(initializeWasmBackend);

const options = { learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };

function manySteps(): tf.Tensor[] {
  const shape = [3, 3, 5, 7];
  let slot: AdamSlot = { weight: noise(shape, 1), m: tf.zeros(shape), v: tf.zeros(shape) };
  for (let step = 1; step <= 20; step++)
    slot = adamUpdate(slot, noise(shape, 10 + step), { ...options, step });
  return [slot.weight, slot.m, slot.v];
}

describe("AdamUpdate", () => {
  it("equals the composed update over many steps", async () => {
    const expected = await resultsOn("cpu", manySteps);
    const actual = await resultsOn("wasm", manySteps);
    expect(relativeDifference(actual, expected)).toBeLessThan(1e-5);
  });

  it("moves each weight by the learning rate in the first step, however small its gradient", async () => {
    await tf.setBackend("wasm");
    const [weight] = await resultsOn("wasm", () => {
      const zeros = tf.zeros([4]);
      const gradient = tf.tensor1d([1, -1e-3, 1e3, 0]);
      return [adamUpdate({ weight: zeros, m: zeros, v: zeros }, gradient, { ...options, step: 1 }).weight];
    });
    const moved = [...weight!].map((value) => value / options.learningRate);
    expect(moved).toEqual([expect.closeTo(-1, 4), expect.closeTo(1, 4), expect.closeTo(-1, 4), 0]);
  });
});
