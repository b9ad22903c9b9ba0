import "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { resnetGenerator } from "../builders/resnet-generator.ts";
import { initializeWeights } from "../network/initialize.ts";
import { createRandom } from "../random.ts";
import { forward, type ObservedStatistic } from "./forward.ts";
import { toTensors } from "./weights.ts";

beforeAll(() => tf.setBackend("cpu"));

const spec = resnetGenerator({ filters: 2, blocks: 1, norm: "batch", dropout: 0.5 });
const weights = toTensors(initializeWeights(spec, { random: createRandom(2), gain: 0.3 }));
const images = tf.randomUniform([2, 16, 16, 3], -1, 1, "float32", 4) as tf.Tensor4D;

test("running statistics that are the batch's own give what training gives", () => {
  const plain = resnetGenerator({ filters: 2, blocks: 1, norm: "batch" });
  const seen: ObservedStatistic[] = [];
  const trained = forward(plain, weights, images, {
    training: { dropoutSeed: 1, observe: (statistic) => seen.push(statistic) },
  });
  const own = { ...weights };
  for (const { weight, value } of seen) {
    const side = /^(stem|up2)/.test(weight) ? 16 : /^(down1|up1)/.test(weight) ? 8 : 4;
    const count = 2 * side * side;
    // The running variance is the unbiased one.
    own[weight] = weight.endsWith("variance") ? tf.mul(value, (count - 1) / count) : value;
  }
  const inferred = forward(plain, own, images);
  expect(seen).toHaveLength(2 * 7);
  expect(tf.max(tf.abs(tf.sub(trained, inferred))).dataSync()[0]).toBeLessThan(1e-5);
});

test("dropout drops in training only, the same for the same seed", () => {
  const run = (dropoutSeed: number) =>
    forward(spec, weights, images, { training: { dropoutSeed } }).dataSync();
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(100));
  expect(forward(spec, weights, images).dataSync()).toEqual(forward(spec, weights, images).dataSync());
});

test("a training pass leaves no tensors but its output and what was observed", () => {
  const before = tf.memory().numTensors;
  const seen: ObservedStatistic[] = [];
  const output = forward(spec, weights, images, {
    training: { dropoutSeed: 1, observe: (statistic) => seen.push(statistic) },
  });
  expect(tf.memory().numTensors).toBe(before + 1 + seen.length);
  tf.dispose([output, ...seen.map(({ value }) => value)]);
});
