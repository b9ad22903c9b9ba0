import * as tf from "@tensorflow/tfjs";
import {
  createRandom,
  initializeWeights,
  type NetworkSpec,
  toGraphModel,
  unetGenerator,
} from "@unpaired/core";
import { activations, toTensors } from "@unpaired/core/tfjs";
import type { ModelFiles } from "@unpaired/engine";
import { describe, expect, test } from "vitest";
import { detectBackend } from "../backend/detect.ts";
import { type BackendName, selectBackend } from "../backend/select.ts";
import { noise, relativeDifference, resultsOn } from "../backend/test-bench.ts";
import { assertDifferentiable, type FeatureReading, openFeatureNetwork } from "./feature-network.ts";

const reading: FeatureReading = { range: "-1..1", layers: [] };

function drawn(spec: NetworkSpec) {
  return initializeWeights(spec, { random: createRandom(3), kind: "kaiming" });
}

/** Convolution, ReLU, max pooling and a fused convolution, as converters write VGG-16. */
function vggLike(): ModelFiles {
  const random = createRandom(5);
  const weights = [
    { name: "conv1/kernel", shape: [3, 3, 3, 8], dtype: "float32" },
    { name: "conv1/bias", shape: [8], dtype: "float32" },
    { name: "conv2/kernel", shape: [3, 3, 8, 4], dtype: "float32" },
    { name: "conv2/bias", shape: [4], dtype: "float32" },
  ];
  const length = weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const text = (value: string) => ({ s: btoa(value) });
  const sides = (values: readonly number[]) => ({ list: { i: values.map(String) } });
  const conv = (input: readonly string[], name: string) => ({
    name,
    op: "_FusedConv2D",
    input,
    attr: {
      strides: sides([1, 1, 1, 1]),
      dilations: sides([1, 1, 1, 1]),
      padding: text("SAME"),
      data_format: text("NHWC"),
      num_args: { i: "1" },
      fused_ops: { list: { s: [btoa("BiasAdd"), btoa("Relu")] } },
      explicit_paddings: { list: {} },
      epsilon: { f: 0 },
      T: { type: "DT_FLOAT" },
    },
  });
  const dim = [-1, -1, -1, 3].map((size) => ({ size: String(size) }));
  const node = [
    { name: "image", op: "Placeholder", attr: { dtype: { type: "DT_FLOAT" }, shape: { shape: { dim } } } },
    ...weights.map(({ name, shape }) => ({
      name,
      op: "Const",
      attr: {
        dtype: { type: "DT_FLOAT" },
        shape: { shape: { dim: shape.map((side) => ({ size: String(side) })) } },
      },
    })),
    conv(["image", "conv1/kernel", "conv1/bias"], "conv1"),
    {
      name: "pool",
      op: "MaxPool",
      input: ["conv1"],
      attr: {
        ksize: sides([1, 2, 2, 1]),
        strides: sides([1, 2, 2, 1]),
        padding: text("VALID"),
        data_format: text("NHWC"),
        explicit_paddings: { list: {} },
        T: { type: "DT_FLOAT" },
      },
    },
    conv(["pool", "conv2/kernel", "conv2/bias"], "conv2"),
  ];
  const model = {
    format: "graph-model",
    modelTopology: { node, library: {}, versions: {} },
    weightsManifest: [{ paths: ["group1-shard1of1.bin"], weights }],
  };
  const values = Float32Array.from({ length }, () => 0.3 * random.normal());
  return { model: new TextEncoder().encode(JSON.stringify(model)), weights: [new Uint8Array(values.buffer)] };
}

/** What a VGG-like network finds in noise, and the gradient of it with respect to the noise. */
async function vggOn(backend: BackendName) {
  await selectBackend(backend);
  const network = await openFeatureNetwork("vgg", vggLike(), { range: "0..255", layers: ["conv1", "conv2"] });
  const results = await resultsOn(backend, () => {
    const image = noise([2, 16, 16, 3], 1);
    const gradient = tf.grad((x) => {
      const found = network.features(x as tf.Tensor4D);
      return tf.addN(found.map((one, index) => tf.sum(tf.mul(one, noise(one.shape, index)))));
    });
    return [...network.features(image), gradient(image)];
  });
  network.dispose();
  return results;
}

describe("a feature network", () => {
  test("finds and differentiates what its description does", async () => {
    await selectBackend("cpu");
    const spec = unetGenerator({ depth: 5, filters: 4, norm: "none" });
    const weights = drawn(spec);
    const layers = ["down2", "up5"];
    const network = await openFeatureNetwork(
      "unet",
      toGraphModel(spec, weights, { quantization: "float32" }),
      {
        range: "-1..1",
        layers,
      },
    );
    const tensors = toTensors(weights);
    const both = (find: (x: tf.Tensor4D) => tf.Tensor[]) =>
      resultsOn("cpu", () => {
        const image = noise([1, 32, 32, 3], 2);
        const gradient = tf.grad((x) =>
          tf.addN(find(x as tf.Tensor4D).map((one, index) => tf.sum(tf.mul(one, noise(one.shape, index))))),
        );
        return [...find(image), gradient(image)];
      });
    const expected = await both((x) => activations(spec, tensors, x, layers));
    const found = await both((x) => network.features(x));
    expect(relativeDifference(found, expected)).toBeLessThan(1e-4);
    tf.dispose(Object.values(tensors));
    network.dispose();
  });

  test.for(["wasm", "tensorflow", "webgpu"] as const)(
    "gives on %s what it gives in plain JavaScript",
    async (backend, context) => {
      const detection = await detectBackend(backend);
      context.skip(!detection.available, detection.available ? "" : detection.reason);
      const expected = await vggOn("cpu");
      expect(relativeDifference(await vggOn(backend), expected)).toBeLessThan(1e-3);
    },
  );

  test("shows grey pictures as RGB", async () => {
    await selectBackend("cpu");
    const network = await openFeatureNetwork("vgg", vggLike(), reading);
    const [found, expected] = await resultsOn("cpu", () => {
      const grey = noise([1, 8, 8, 1], 4);
      const colour = tf.concat([grey, grey, grey], 3);
      return [...network.features(grey), ...network.features(colour as tf.Tensor4D)];
    });
    expect(found).toEqual(expected);
    network.dispose();
  });

  test("is refused where its gradient would be wrong or is missing", async () => {
    await selectBackend("cpu");
    const { model, weights } = vggLike();
    const replaced = (op: string, by: string) => {
      const text = new TextDecoder().decode(model).replace(`"op":"${op}"`, `"op":"${by}"`);
      return openFeatureNetwork("changed", { model: new TextEncoder().encode(text), weights }, reading);
    };
    await expect(replaced("MaxPool", "MirrorPad")).rejects.toThrow(/no exact gradient of its MirrorPad/);
    const network = await replaced("MaxPool", "Rint");
    expect(() => assertDifferentiable("changed", network, [1, 16, 16, 3])).toThrow(/have no gradient/);
    network.dispose();
  });
});
