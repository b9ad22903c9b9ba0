import * as tf from "@tensorflow/tfjs-core";
import {
  isTrained,
  mobileResnetGenerator,
  type NetworkSpec,
  patchDiscriminator,
  pixelDiscriminator,
  resnetGenerator,
  unetGenerator,
  weightShapes,
} from "@unpaired/core";
import { forward, toTensors } from "@unpaired/core/tfjs";
import { describe, expect, test } from "vitest";
import { backends, onBackend, readAll } from "./backends.ts";
import { beyond, gradientsBeyond, relativeDifference } from "./difference.ts";
import { drawImages, drawWeights } from "./draw.ts";
import { readFixture, under } from "./fixture.ts";

interface NetworkCase {
  readonly network: "resnet" | "mobile-resnet" | "unet" | "patch" | "pixel";
  readonly options: Readonly<Record<string, unknown>>;
  readonly shape: [number, number, number, number];
  readonly seed: number;
  /** Images are stored at every so many rows and columns. */
  readonly stored: number;
}

const builders = {
  resnet: resnetGenerator,
  "mobile-resnet": mobileResnetGenerator,
  unet: unetGenerator,
  patch: patchDiscriminator,
  pixel: pixelDiscriminator,
} satisfies Record<NetworkCase["network"], (options: never) => NetworkSpec>;

const cases = [
  "resnet-instance",
  "resnet-instance-resize",
  "resnet-batch",
  "resnet-none",
  "resnet-grey-to-colour",
  "mobile-resnet-instance",
  "mobile-resnet-batch",
  "unet-instance",
  "unet-batch",
  "patch-1layer-instance",
  "patch-3layers-instance",
  "patch-3layers-batch",
  "patch-2layers-none",
  "pixel-instance",
  "pixel-batch",
];

/** What a network makes of the case's input, and the gradients of a fixed projection of that. */
async function compute({ network, options, shape, seed, stored }: NetworkCase) {
  const spec = builders[network](options);
  const trained = weightShapes(spec).filter(({ role }) => isTrained(role));
  const results = tf.tidy(() => {
    const weights = toTensors(drawWeights(spec, { seed, label: "weights" }));
    const input = tf.tensor4d(drawImages(seed, "input", shape).data, shape);
    const sample = (images: tf.Tensor) =>
      tf.stridedSlice(images, [0, 0, 0, 0], images.shape, [1, stored, stored, 1]);
    const training = { dropoutSeed: 0 };
    const objective = (...tensors: tf.Tensor[]): tf.Scalar => {
      const current = { ...weights };
      for (const [index, { name }] of trained.entries()) current[name] = tensors[index + 1]!;
      const y = forward(spec, current, tensors[0] as tf.Tensor4D, { training });
      return tf.sum(tf.mul(y, tf.tensor4d(drawImages(seed, "projection", y.shape).data, y.shape)));
    };
    const { grads } = tf.valueAndGrads(objective)([input, ...trained.map(({ name }) => weights[name]!)]);
    const gradients = trained.map(({ name }, index) => [`gradient:${name}`, grads[index + 1]!] as const);
    return {
      output: sample(forward(spec, weights, input, { training })),
      outputByRunningStatistics: sample(forward(spec, weights, input)),
      "gradient:input": sample(grads[0]!),
      ...Object.fromEntries(gradients),
    } as Record<string, tf.Tensor>;
  });
  return readAll(results);
}

describe.each(backends)("on %s", (backend) => {
  test.for(cases)("%s is PyTorch's, forward and backward", async (name, context) => {
    await onBackend(context, backend, { quick: name === "mobile-resnet-instance" });
    const { case: golden, tensors } = await readFixture<NetworkCase>(name);
    const ours = await compute(golden);
    const outputs = [...tensors].filter(([tensor]) => tensor.startsWith("output"));
    const differences = outputs.map(
      ([tensor, { data }]) => [tensor, relativeDifference(ours.get(tensor)!, data)] as const,
    );
    expect(beyond(1e-4, Object.fromEntries(differences))).toEqual({});

    const truth = under(tensors, "gradient:");
    const gradients = under(ours, "gradient:");
    expect([...gradients.keys()].sort()).toEqual([...truth.keys()].sort());
    expect(gradientsBeyond(1e-3, gradients, truth)).toEqual({});
  });
});
