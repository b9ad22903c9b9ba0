import "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import * as ort from "onnxruntime-web";
import { beforeAll, describe, expect, test } from "vitest";
import { patchDiscriminator } from "../builders/patch-discriminator.ts";
import { mobileResnetGenerator, resnetGenerator } from "../builders/resnet-generator.ts";
import { unetGenerator } from "../builders/unet-generator.ts";
import { initializeWeights } from "../network/initialize.ts";
import type { NetworkSpec } from "../network/spec.ts";
import { createRandom } from "../random.ts";
import { forward } from "../tfjs/forward.ts";
import { toTensors } from "../tfjs/weights.ts";
import { toOnnx } from "./write.ts";

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  return tf.setBackend("cpu");
});

const networks: [string, NetworkSpec][] = [
  ["ResNet, transposed", resnetGenerator({ filters: 4, blocks: 2 })],
  ["ResNet, resize", resnetGenerator({ filters: 6, blocks: 1, upsampling: "resize" })],
  ["mobile ResNet", mobileResnetGenerator({ filters: 4, blocks: 2 })],
  ["ResNet, batch norm", resnetGenerator({ filters: 4, blocks: 1, norm: "batch" })],
  ["mobile ResNet, batch norm", mobileResnetGenerator({ filters: 4, blocks: 1, norm: "batch" })],
  ["ResNet, no norm", resnetGenerator({ filters: 4, blocks: 1, norm: "none" })],
  ["U-Net", unetGenerator({ depth: 5, filters: 4 })],
  ["PatchGAN", patchDiscriminator({ filters: 4 })],
];

describe.each(networks)("%s", (_, spec) => {
  test.each([
    [32, 24],
    [24, 40],
  ])(
    "onnxruntime computes from the ONNX model what the forward reader computes at %i×%i",
    async (smallestHeight, smallestWidth) => {
      const suitable = (side: number) => Math.ceil(side / spec.multipleOf) * spec.multipleOf;
      const [height, width] = [suitable(smallestHeight), suitable(smallestWidth)];
      const random = createRandom(3);
      const fresh = initializeWeights(spec, { random, gain: 0.1 });
      const weights = new Map(
        [...fresh].map(([name, w]) => [name, { ...w, data: w.data.map((v) => v || random.normal() / 10) }]),
      );
      const session = await ort.InferenceSession.create(toOnnx(spec, weights), {
        executionProviders: ["wasm"],
      });
      const x = tf.randomUniform([1, height, width, 3], -1, 1, "float32", 2) as tf.Tensor4D;
      const planar = tf.transpose(x, [0, 3, 1, 2]).dataSync() as Float32Array;
      const answer = await session.run({ input: new ort.Tensor("float32", planar, [1, 3, height, width]) });
      const ours = tf.transpose(forward(spec, toTensors(weights), x), [0, 3, 1, 2]);
      expect(answer.output!.dims).toEqual(ours.shape);
      const theirs = tf.tensor(answer.output!.data as Float32Array, ours.shape);
      expect(tf.max(tf.abs(tf.sub(ours, theirs))).dataSync()[0]).toBeLessThan(1e-5);
      await session.release();
    },
  );
});
