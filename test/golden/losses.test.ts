import * as tf from "@tensorflow/tfjs-core";
import {
  isTrained,
  type NetworkSpec,
  patchDiscriminator,
  pixelDiscriminator,
  weightShapes,
} from "@unpaired/core";
import { adversarialLoss, forward, gradientPenalty, toTensors } from "@unpaired/core/tfjs";
import { describe, expect, test } from "vitest";
import { backends, onBackend, readAll } from "./backends.ts";
import { gradientsBeyond, relativeDifference } from "./difference.ts";
import { drawImages, drawWeights } from "./draw.ts";
import { type Fixture, readFixture, under } from "./fixture.ts";

type Shape4D = [number, number, number, number];

interface LossCase {
  readonly seed: number;
  readonly logitsShape: Shape4D;
  readonly imagesShape: Shape4D;
  readonly mix: number[];
  readonly penaltyWeight: number;
  readonly discriminators: Readonly<Record<string, DiscriminatorCase>>;
}

interface DiscriminatorCase {
  readonly network: "patch" | "pixel";
  readonly options: Readonly<Record<string, unknown>>;
}

const golden: Fixture<LossCase> = await readFixture("losses");
const { seed, logitsShape, imagesShape, mix, penaltyWeight, discriminators } = golden.case;
const truth = (name: string) => golden.tensors.get(name)!.data;

const modes = ["lsgan", "vanilla", "wgangp"] as const;
const targets = ["real", "fake"] as const;

describe.each(backends)("on %s", (backend) => {
  test.for(modes.flatMap((mode) => targets.map((target) => ({ mode, target }))))(
    "$mode towards $target is PyTorch's, and so is its gradient",
    async ({ mode, target }, context) => {
      await onBackend(context, backend);
      const ours = await readAll(
        tf.tidy(() => {
          const { data } = drawImages(seed, "logits", logitsShape);
          const logits = tf.mul<tf.Tensor4D>(tf.tensor4d(data, logitsShape), 5);
          const { value, grad } = tf.valueAndGrad((x) => adversarialLoss(mode, x, target))(logits);
          return { value, grad };
        }),
      );
      const name = `${mode}:${target}`;
      expect(relativeDifference(ours.get("value")!, truth(name))).toBeLessThan(1e-3);
      expect(relativeDifference(ours.get("grad")!, truth(`${name}:gradient`))).toBeLessThan(1e-3);
    },
  );

  test.for(Object.entries(discriminators))(
    "the gradient penalty of %s is PyTorch's, and so are its weights' gradients",
    async ([name, discriminator], context) => {
      await onBackend(context, backend);
      const ours = await computePenalty(discriminator);
      expect(relativeDifference(ours.get("penalty")!, truth(`penalty:${name}`))).toBeLessThan(1e-3);
      const expected = under(golden.tensors, `penalty:${name}:gradient:`);
      expect(expected.size).toBeGreaterThan(0);
      const gradients = under(ours, "gradient:");
      expect(gradientsBeyond(1e-3, gradients, expected)).toEqual({});
      // PyTorch leaves a weight without a gradient where the penalty does not depend on it.
      for (const [weight, gradient] of gradients)
        if (!expected.has(weight)) expect(gradient.every((value) => value === 0)).toBe(true);
    },
  );
});

/** The penalty and its gradient with respect to every trained weight. */
async function computePenalty({ network, options }: DiscriminatorCase): Promise<Map<string, Float32Array>> {
  const spec: NetworkSpec = network === "patch" ? patchDiscriminator(options) : pixelDiscriminator(options);
  const trained = weightShapes(spec).filter(({ role }) => isTrained(role));
  const results = tf.tidy(() => {
    const weights = toTensors(drawWeights(spec, { seed, label: "weights" }));
    const draw = (label: string) => tf.tensor4d(drawImages(seed, label, imagesShape).data, imagesShape);
    const images = { real: draw("real"), fake: draw("fake"), mixing: Float32Array.from(mix) };
    const objective = (...tensors: tf.Tensor[]): tf.Scalar => {
      const current = { ...weights };
      for (const [index, { name }] of trained.entries()) current[name] = tensors[index]!;
      const discriminate = (x: tf.Tensor4D) =>
        forward(spec, current, x, { training: { dropoutSeed: 0 }, twiceDifferentiable: true });
      // tfjs refuses to differentiate with respect to what an objective does not reach, as the last bias here.
      const reached = tf.addN(tensors.map((tensor) => tf.mul(tf.sum(tensor), 0)));
      return tf.add(gradientPenalty(discriminate, images, penaltyWeight), reached);
    };
    const { value, grads } = tf.valueAndGrads(objective)(trained.map(({ name }) => weights[name]!));
    const gradients = trained.map(({ name }, index) => [`gradient:${name}`, grads[index]!] as const);
    return { penalty: value, ...Object.fromEntries(gradients) } as Record<string, tf.Tensor>;
  });
  return readAll(results);
}
