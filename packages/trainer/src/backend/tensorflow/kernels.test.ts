import * as tf from "@tensorflow/tfjs";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { layers, noise, relativeDifference, resultsOn, withGradients } from "../test-bench.ts";
import { initializeTensorflowBackend } from "./index.ts";
import { missingTensorflow } from "./test-bench.ts";

const TOLERANCE = 1e-4;
const missing = await missingTensorflow();

/** Holds what `compute` returns on TensorFlow to what it returns on tfjs's plain backend. */
async function expectSameOnBoth(compute: () => readonly tf.Tensor[]): Promise<void> {
  const expected = await resultsOn("cpu", compute);
  const actual = await resultsOn("tensorflow", compute);
  expect(relativeDifference(actual, expected)).toBeLessThan(TOLERANCE);
}

const side = fc.integer({ min: 4, max: 11 });
const channels = fc.constantFrom(1, 2, 3, 4, 5, 8, 16);
const convolutions = fc.record({
  batch: fc.constantFrom(1, 2),
  height: side,
  width: side,
  channelsIn: channels,
  channelsOut: channels,
  kernel: fc.integer({ min: 1, max: 4 }),
  stride: fc.constantFrom(1, 2, 3),
  pad: fc.constantFrom<"same" | "valid" | number>("same", "valid", 0, 1, 2),
  seed: fc.nat(100_000),
});

type Conv = (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor;

describe.skipIf(missing)(
  `TensorFlow's kernels against tfjs's cpu backend${missing ? `: ${missing}` : ""}`,
  () => {
    beforeAll(initializeTensorflowBackend);

    it("convolution, its input gradient and its filter gradient, with every kind of padding", async () => {
      await fc.assert(
        fc.asyncProperty(convolutions, async (c) => {
          await expectSameOnBoth(() => {
            const x = noise([c.batch, c.height, c.width, c.channelsIn], c.seed);
            const filter = noise([c.kernel, c.kernel, c.channelsIn, c.channelsOut], c.seed + 1);
            const rounding = typeof c.pad === "number" ? "floor" : undefined;
            const conv: Conv = (x, filter) =>
              tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, c.stride, c.pad, "NHWC", 1, rounding);
            return withGradients(conv as (...xs: tf.Tensor[]) => tf.Tensor, [x, filter], c.seed);
          });
        }),
        { numRuns: 80 },
      );
    });

    it("the generators' 7×7 head with few outputs, and its gradients", async () => {
      const heads = fc.record({
        batch: fc.constantFrom(1, 2),
        height: fc.integer({ min: 7, max: 14 }),
        width: fc.integer({ min: 7, max: 14 }),
        channelsIn: channels,
        channelsOut: fc.constantFrom(1, 3, 4),
        pad: fc.constantFrom<"valid" | "same" | number>("valid", "same", 3, 1),
        seed: fc.nat(100_000),
      });
      await fc.assert(
        fc.asyncProperty(heads, async ({ batch, height, width, channelsIn, channelsOut, pad, seed }) => {
          await expectSameOnBoth(() => {
            const x = noise([batch, height, width, channelsIn], seed);
            const filter = noise([7, 7, channelsIn, channelsOut], seed + 1);
            const rounding = typeof pad === "number" ? "floor" : undefined;
            const conv: Conv = (x, filter) =>
              tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, pad, "NHWC", 1, rounding);
            return withGradients(conv as (...xs: tf.Tensor[]) => tf.Tensor, [x, filter], seed);
          });
        }),
        { numRuns: 25 },
      );
    });

    it.each([
      [3, 1],
      [4, 0],
    ])(
      "transposed convolution by a kernel of side %i with output padding %i, and its gradients",
      async (kernel, outputPadding) => {
        await fc.assert(
          fc.asyncProperty(convolutions, async ({ batch, height, width, channelsIn, channelsOut, seed }) => {
            await expectSameOnBoth(() => {
              const x = noise([batch, height, width, channelsIn], seed);
              const filter = noise([kernel, kernel, channelsOut, channelsIn], seed + 1);
              const sides: [number, number] = [1, 1 - outputPadding];
              const transposed: Conv = (x, filter) =>
                tf.conv2dTranspose(
                  x as tf.Tensor4D,
                  filter as tf.Tensor4D,
                  [batch, 2 * height, 2 * width, channelsOut],
                  2,
                  [[0, 0], sides, sides, [0, 0]],
                );
              return withGradients(transposed as (...xs: tf.Tensor[]) => tf.Tensor, [x, filter], seed);
            });
          }),
          { numRuns: 20 },
        );
      },
    );

    it("depthwise convolution, its input gradient and its filter gradient", async () => {
      await fc.assert(
        fc.asyncProperty(convolutions, async (c) => {
          await expectSameOnBoth(() => {
            const x = noise([c.batch, c.height, c.width, c.channelsIn], c.seed);
            const filter = noise([c.kernel, c.kernel, c.channelsIn, 1], c.seed + 1);
            const rounding = typeof c.pad === "number" ? "floor" : undefined;
            const conv: Conv = (x, filter) =>
              tf.depthwiseConv2d(
                x as tf.Tensor4D,
                filter as tf.Tensor4D,
                c.stride,
                c.pad,
                "NHWC",
                1,
                rounding,
              );
            return withGradients(conv as (...xs: tf.Tensor[]) => tf.Tensor, [x, filter], c.seed);
          });
        }),
        { numRuns: 30 },
      );
    });

    it("instance norm, rectifiers, tanh, padding and resizing with their gradients", async () => {
      const images = fc.record({
        layer: fc.constantFrom(...Object.keys(layers)),
        batch: fc.constantFrom(1, 2, 3),
        height: side,
        width: side,
        channels,
        seed: fc.nat(100_000),
      });
      await fc.assert(
        fc.asyncProperty(images, async ({ layer, batch, height, width, channels, seed }) => {
          await expectSameOnBoth(() => {
            // The cpu backend's gradient of resizing reads the first image's dy for every image of a batch.
            const x = noise([layer === "resize" ? 1 : batch, height, width, channels], seed);
            return withGradients((x) => layers[layer]!(x as tf.Tensor4D), [x], seed);
          });
        }),
        { numRuns: 120 },
      );
    });

    it("the statistics an instance norm hands on", async () => {
      await tf.setBackend("tensorflow");
      const x = tf.add(noise([2, 9, 7, 5], 4), 2);
      const [, mean, reciprocalDeviation] = tf
        .engine()
        .runKernel("InstanceNorm", { x }, { epsilon: 1e-3 }) as tf.Tensor[];
      const moments = tf.moments(x, [1, 2], true);
      const expected = [moments.mean, tf.rsqrt(tf.add(moments.variance, 1e-3))];
      for (const [index, tensor] of [mean!, reciprocalDeviation!].entries()) {
        expect(tensor.shape).toEqual([2, 1, 1, 5]);
        const difference = relativeDifference(
          [(await tensor.data()) as Float32Array],
          [(await expected[index]!.data()) as Float32Array],
        );
        expect(difference).toBeLessThan(1e-5);
      }
      tf.dispose([x, mean!, reciprocalDeviation!, moments.mean, moments.variance, ...expected]);
    });

    it("leaves dilated convolutions to the stock kernels", async () => {
      await expectSameOnBoth(() => [
        tf.conv2d(noise([1, 9, 9, 4], 1), noise([3, 3, 4, 5], 2), 1, "valid", "NHWC", 2),
      ]);
    });
  },
);
