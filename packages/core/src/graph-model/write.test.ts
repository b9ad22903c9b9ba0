import { loadGraphModel } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { patchDiscriminator } from "../builders/patch-discriminator.ts";
import { mobileResnetGenerator, resnetGenerator } from "../builders/resnet-generator.ts";
import { unetGenerator } from "../builders/unet-generator.ts";
import { initializeWeights } from "../network/initialize.ts";
import type { NetworkSpec, Weights } from "../network/spec.ts";
import { createRandom } from "../random.ts";
import { forward } from "../tfjs/forward.ts";
import { toTensors } from "../tfjs/weights.ts";
import { type GraphModelOptions, toGraphModel } from "./write.ts";

beforeAll(() => tf.setBackend("cpu"));

const networks: [string, NetworkSpec][] = [
  ["ResNet, transposed", resnetGenerator({ filters: 4, blocks: 2 })],
  ["ResNet, resize", resnetGenerator({ filters: 6, blocks: 1, upsampling: "resize" })],
  ["ResNet, greyscale", resnetGenerator({ filters: 2, blocks: 1, inputChannels: 1, outputChannels: 1 })],
  ["mobile ResNet", mobileResnetGenerator({ filters: 4, blocks: 2 })],
  ["ResNet, batch norm", resnetGenerator({ filters: 4, blocks: 1, norm: "batch" })],
  ["mobile ResNet, batch norm", mobileResnetGenerator({ filters: 4, blocks: 1, norm: "batch" })],
  ["ResNet, no norm", resnetGenerator({ filters: 4, blocks: 1, norm: "none" })],
  ["U-Net", unetGenerator({ depth: 5, filters: 4 })],
  ["PatchGAN", patchDiscriminator({ filters: 4 })],
];

/** Biases away from zero and variances from one, so that a lost or misplaced one shows. */
function someWeights(spec: NetworkSpec): Weights {
  const random = createRandom(5);
  const weights = initializeWeights(spec, { random, gain: 0.2 });
  return new Map(
    [...weights].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((v) => (name.endsWith("/variance") ? 2 : v || random.normal() / 10)) },
    ]),
  );
}

async function largestDifference(spec: NetworkSpec, size: [number, number], options: GraphModelOptions) {
  const weights = someWeights(spec);
  const { model, weights: shards } = toGraphModel(spec, weights, options);
  const { modelTopology, weightsManifest } = JSON.parse(new TextDecoder().decode(model));
  const weightData = await new Blob(shards.map((shard) => Uint8Array.from(shard))).arrayBuffer();
  const weightSpecs = weightsManifest.flatMap(
    (group: { weights: tf.io.WeightsManifestEntry[] }) => group.weights,
  );
  const loaded = await loadGraphModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
  const suitable = (side: number) => Math.ceil(side / spec.multipleOf) * spec.multipleOf;
  const [height, width] = [suitable(size[0]), suitable(size[1])];
  const x = tf.randomUniform([1, height, width, spec.inputChannels], -1, 1, "float32", 11) as tf.Tensor4D;
  const ours = forward(spec, toTensors(weights), x);
  const theirs = loaded.execute(x) as tf.Tensor4D;
  expect(theirs.shape).toEqual(ours.shape);
  return tf.max(tf.abs(tf.sub(ours, theirs))).dataSync()[0]!;
}

describe.each(networks)("%s", (_, spec) => {
  test("stock tfjs computes from the float32 files what the forward reader computes", async () => {
    expect(await largestDifference(spec, [32, 24], { quantization: "float32" })).toBeLessThan(2e-5);
  });

  test("the same files take another size, in several shards", async () => {
    const options = { quantization: "float32", shardBytes: 1000 } as const;
    expect(await largestDifference(spec, [24, 40], options)).toBeLessThan(2e-5);
  });

  test.each([
    ["uint16", 0.01],
    ["float16", 0.05],
    ["uint8", 1],
  ] as const)("%s weights stay close", async (quantization, tolerance) => {
    const error = await largestDifference(spec, [24, 24], { quantization });
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(tolerance);
  });
});

test("a quantized model is as small as its weights' form says", () => {
  const spec = resnetGenerator({ filters: 16, blocks: 2 });
  const weights = someWeights(spec);
  const bytes = (quantization: GraphModelOptions["quantization"]) =>
    toGraphModel(spec, weights, { ...(quantization && { quantization }) }).weights.reduce(
      (sum, { length }) => sum + length,
      0,
    );
  expect(bytes("uint8") / bytes("float32")).toBeLessThan(0.26);
  expect(bytes("float16") / bytes("float32")).toBeLessThan(0.51);
});

test("weights that do not fit are refused with the tensor's name and both shapes", () => {
  const spec = resnetGenerator({ filters: 4, blocks: 1 });
  const weights = new Map(someWeights(spec));
  weights.set("down1/kernel", { shape: [3, 3, 4, 4], data: new Float32Array(144) });
  expect(() => toGraphModel(spec, weights)).toThrow(
    /"down1\/kernel" of shape \[3,3,4,8\] and got \[3,3,4,4\]/,
  );
});

test("a NaN weight is refused with its name", () => {
  const spec = resnetGenerator({ filters: 4, blocks: 1 });
  const weights = new Map(someWeights(spec));
  weights.get("stem/kernel")!.data[3] = Number.NaN;
  expect(() => toGraphModel(spec, weights)).toThrow(/"stem\/kernel" holds NaN/);
});
