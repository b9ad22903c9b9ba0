import "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { patchProjector } from "../builders/patch-projector.ts";
import { resnetGenerator } from "../builders/resnet-generator.ts";
import { initializeWeights } from "../network/initialize.ts";
import { weightShapes } from "../network/weight-shapes.ts";
import { createRandom } from "../random.ts";
import { activations, forward } from "./forward.ts";
import { toTensors } from "./weights.ts";

beforeAll(() => tf.setBackend("cpu"));

const spec = resnetGenerator({ filters: 2, blocks: 2 });
const weights = toTensors(initializeWeights(spec, { random: createRandom(1) }));
const image = tf.randomUniform([1, 16, 16, 3], -1, 1, "float32", 1) as tf.Tensor4D;

test("a network's inner activations come in the order asked for, with its input and output among them", () => {
  const [output, block, input, down] = activations(spec, weights, image, [
    spec.output,
    "block1",
    "input",
    "down1",
  ]);
  expect([...output!.dataSync()]).toEqual([...forward(spec, weights, image).dataSync()]);
  expect([...input!.dataSync()]).toEqual([...image.dataSync()]);
  expect([block!.shape, down!.shape]).toEqual([
    [1, 4, 4, 8],
    [1, 8, 8, 4],
  ]);
});

test("nothing behind the last of them is computed, so its weights may be missing", () => {
  const encoder = Object.fromEntries(Object.entries(weights).filter(([name]) => /^(stem|down1)/.test(name)));
  const before = tf.memory().numTensors;
  const [down] = activations(spec, encoder, image, ["down1"]);
  expect(tf.memory().numTensors).toBe(before + 1);
  expect(down!.shape).toEqual([1, 8, 8, 4]);
  expect(() => forward(spec, encoder, image)).toThrow(/needs weight "down2\/kernel"/);
});

test("gradients reach the weights in front of an inner node", () => {
  const slope = tf.grad((kernel) => {
    const [block] = activations(spec, { ...weights, "stem/kernel": kernel }, image, ["block1"]);
    return tf.sum(tf.square(block!));
  })(weights["stem/kernel"]!);
  expect(slope.dataSync().some((value) => value !== 0)).toBe(true);
});

test("a node that does not exist is refused by name", () => {
  expect(() => activations(spec, weights, image, ["block9"])).toThrow(/no node "block9"/);
});

test("a projector embeds features pixel by pixel", () => {
  const projector = patchProjector({ inputChannels: 5, width: 8 });
  expect(weightShapes(projector).map(({ shape }) => shape)).toEqual([[1, 1, 5, 8], [8], [1, 1, 8, 8], [8]]);
  expect(() => patchProjector({ inputChannels: 0 })).toThrow(/inputChannels is 0/);
  expect(() => patchProjector({ inputChannels: 3, width: 0 })).toThrow(/width is 0/);
});
