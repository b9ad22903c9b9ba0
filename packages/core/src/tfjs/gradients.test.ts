import "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { instanceNorm } from "./instance-norm.ts";
import { rectify } from "./rectify.ts";
import { reflectionPad } from "./reflection-pad.ts";

beforeAll(() => tf.setBackend("cpu"));

type Operation = (x: tf.Tensor4D) => tf.Tensor4D;

/** Largest difference between the gradient of Σ w·f(x) and its central finite differences. */
function gradientError(operation: Operation, shape: [number, number, number, number], seed: number): number {
  return tf.tidy(() => {
    const x = tf.randomUniform(shape, -1, 1, "float32", seed) as tf.Tensor4D;
    const weights = tf.randomUniform(operation(x).shape, -1, 1, "float32", seed + 1);
    const objective = (input: tf.Tensor4D): tf.Scalar => tf.sum(tf.mul(operation(input), weights));
    const analytic = tf
      .grad((input) => objective(input as tf.Tensor4D))(x)
      .dataSync();
    const values = x.dataSync();
    const delta = 1e-2;
    let worst = 0;
    for (let index = 0; index < values.length; index++) {
      const at = (shift: number) => {
        const moved = Float32Array.from(values);
        moved[index]! += shift;
        return objective(tf.tensor4d(moved, shape)).dataSync()[0]!;
      };
      const numeric = (at(delta) - at(-delta)) / (2 * delta);
      worst = Math.max(worst, Math.abs(numeric - analytic[index]!));
    }
    return worst;
  });
}

test("reflection padding's gradient carries what the mirrored pixels contribute", () => {
  const shapes = fc.tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 3 }),
    fc.nat(99),
  );
  fc.assert(
    fc.property(shapes, ([pixels, height, width, seed]) => {
      const shape: [number, number, number, number] = [1, pixels + 1 + height, pixels + 1 + width, 2];
      expect(gradientError((x) => reflectionPad(x, pixels), shape, seed)).toBeLessThan(2e-3);
    }),
    { numRuns: 12, seed: 7 },
  );
});

test("reflection padding mirrors without repeating the edge", async () => {
  const padded = reflectionPad(tf.tile(tf.tensor4d([1, 2, 3, 4], [1, 1, 4, 1]), [1, 3, 1, 1]), 2);
  expect([...(await padded.data())].slice(0, 8)).toEqual([3, 2, 1, 2, 3, 4, 3, 2]);
});

test("instance norm's gradient agrees with finite differences", () => {
  // A large epsilon keeps the curvature low enough for a float32 difference quotient.
  expect(gradientError((x) => instanceNorm(x, 0.1), [2, 4, 3, 2], 3)).toBeLessThan(2e-3);
});

test("instance norm gives each channel of each image mean 0 and variance 1", () => {
  const y = instanceNorm(tf.randomUniform([2, 16, 16, 3], -3, 5, "float32", 1) as tf.Tensor4D);
  const { mean, variance } = tf.moments(y, [1, 2]);
  expect(tf.max(tf.abs(mean)).dataSync()[0]).toBeLessThan(1e-5);
  expect(tf.max(tf.abs(tf.sub(variance, 1))).dataSync()[0]).toBeLessThan(1e-3);
});

test.for([0, 0.2])("the rectifier of slope %f has the right gradient on both sides", (slope) => {
  const gradient = tf.grad((x) => tf.sum(rectify(x as tf.Tensor4D, slope)))(
    tf.tensor4d([-2, 3], [1, 1, 2, 1]),
  );
  const [below, above] = gradient.dataSync();
  expect(below).toBeCloseTo(slope);
  expect(above).toBe(1);
});
