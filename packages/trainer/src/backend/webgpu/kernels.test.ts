import * as tf from "@tensorflow/tfjs";
import { instanceNorm, rectify, reflectionPad } from "@unpaired/core/tfjs";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { noise, relativeDifference, resultsOn, withGradients } from "../test-bench.ts";
import { adapterForTests, startForTests } from "./test-bench.ts";

const TOLERANCE = 1e-4;

const adapter = await adapterForTests();

/** Holds what `compute` returns on the webgpu backend to what it returns on tfjs's plain backend. */
async function expectSameOnBoth(compute: () => readonly tf.Tensor[]): Promise<void> {
  const expected = await resultsOn("cpu", compute);
  const actual = await resultsOn("webgpu", compute);
  expect(relativeDifference(actual, expected)).toBeLessThan(TOLERANCE);
}

const side = fc.integer({ min: 4, max: 11 });
/** Channels in and out that between them need every width of tile, and both ways to read rows. */
const channelPairs = [
  [4, 4],
  [3, 5],
  [20, 3],
  [5, 36],
] as const;
const images = fc.record({
  batch: fc.constantFrom(1, 2),
  height: side,
  width: side,
  channels: fc.constantFrom(1, 3, 4, 20),
  seed: fc.nat(100_000),
});
const convolutions = fc.record({
  batch: fc.constantFrom(1, 2),
  height: side,
  width: side,
  kernel: fc.integer({ min: 1, max: 4 }),
  stride: fc.constantFrom<number | [number, number]>(1, 2, 3, [1, 2]),
  pad: fc.constantFrom<"same" | "valid" | number>("same", "valid", 0, 1),
  seed: fc.nat(100_000),
});
const rounding = (pad: unknown) => (typeof pad === "number" ? "floor" : undefined);

const title = adapter.available ? `on ${adapter.description}` : `skipped: ${adapter.reason}`;

describe.skipIf(!adapter.available)(
  `the completed WebGPU backend against tfjs's cpu backend, ${title}`,
  () => {
    beforeAll(() => startForTests(adapter));

    it.for(channelPairs)(
      "convolution of %i to %i channels and its gradients",
      async ([channels, filters]) => {
        await fc.assert(
          fc.asyncProperty(convolutions, async ({ batch, height, width, kernel, stride, pad, seed }) => {
            await expectSameOnBoth(() => {
              const x = noise([batch, height, width, channels], seed);
              const filter = noise([kernel, kernel, channels, filters], seed + 1);
              const conv = (x: tf.Tensor, filter: tf.Tensor) =>
                tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad, "NHWC", 1, rounding(pad));
              return withGradients(conv, [x, filter], seed);
            });
          }),
          { numRuns: 8 },
        );
      },
    );

    it.for(channelPairs)("transposed convolution to %i from %i channels and its gradients", async (pair) => {
      const [channels, filters] = pair;
      await fc.assert(
        fc.asyncProperty(images, async ({ batch, height, width, seed }) => {
          await expectSameOnBoth(() => {
            const x = noise([batch, height, width, filters], seed);
            const filter = noise([3, 3, channels, filters], seed + 1);
            const sides: [number, number] = [1, 0];
            const shape: [number, number, number, number] = [batch, 2 * height, 2 * width, channels];
            const transposed = (x: tf.Tensor, filter: tf.Tensor) =>
              tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, shape, 2, [
                [0, 0],
                sides,
                sides,
                [0, 0],
              ]);
            return withGradients(transposed, [x, filter], seed);
          });
        }),
        { numRuns: 3 },
      );
    });

    it("convolutions whose sums are cut into slices", async () => {
      await expectSameOnBoth(() => {
        const conv = (x: tf.Tensor, filter: tf.Tensor) =>
          tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same");
        const manyPixels = [noise([2, 33, 35, 3], 1), noise([3, 3, 3, 5], 2)];
        const manyChannels = [noise([1, 4, 4, 36], 3), noise([4, 4, 36, 20], 4)];
        return [manyPixels, manyChannels].flatMap((inputs) => withGradients(conv, inputs, 5));
      });
    });

    it("depthwise convolution, its input gradient and its filter gradient", async () => {
      await fc.assert(
        fc.asyncProperty(
          convolutions,
          images,
          fc.constantFrom(1, 1, 2),
          async (c, { channels }, multiplier) => {
            const { batch, height, width, kernel, stride, pad, seed } = c;
            await expectSameOnBoth(() => {
              const x = noise([batch, height, width, channels], seed);
              const filter = noise([kernel, kernel, channels, multiplier], seed + 1);
              const conv = (x: tf.Tensor, filter: tf.Tensor) =>
                tf.depthwiseConv2d(
                  x as tf.Tensor4D,
                  filter as tf.Tensor4D,
                  stride,
                  pad,
                  "NHWC",
                  1,
                  rounding(pad),
                );
              return withGradients(conv, [x, filter], seed);
            });
          },
        ),
        { numRuns: 20 },
      );
    });

    const layers: Record<string, (x: tf.Tensor4D) => tf.Tensor> = {
      "instance norm": (x) => instanceNorm(tf.add(x, 3)),
      relu: (x) => rectify(x),
      "leaky relu": (x) => rectify(x, 0.2),
      tanh: (x) => tf.tanh(tf.mul(x, 3)),
      sigmoid: (x) => tf.sigmoid(tf.mul(x, 3)),
      "reflection padding": (x) => reflectionPad(x, 3),
      "the bias's gradient": (x) => tf.add(x, tf.mul(tf.sum(x, [0, 1, 2]), 0.01)),
      "channel means": (x) => tf.mean(x, [1, 2], true),
      "concatenation and slice": (x) =>
        tf.concat([tf.slice(x, [0, 1, 1, 0], [-1, 2, 2, -1]), tf.slice(x, 0, [-1, 2, 2, -1])], 3),
      "mean absolute difference": (x) => tf.mean(tf.abs(tf.sub(x, 0.1))),
      "mean square": (x) => tf.mean(tf.square(tf.sub(x, 1))),
      "log of the sigmoid": (x) =>
        tf.mean(tf.sub(tf.relu(x), tf.sub(tf.mul(x, 0.3), tf.log1p(tf.exp(tf.neg(tf.abs(x))))))),
      moments: (x) => tf.moments(x, [0, 1, 2], true).variance,
    };

    it.for(Object.keys(layers))("%s and its gradient", async (layer) => {
      await fc.assert(
        fc.asyncProperty(images, async ({ batch, height, width, channels, seed }) => {
          await expectSameOnBoth(() => {
            const x = noise([batch, height, width, channels], seed);
            return withGradients((x) => layers[layer]!(x as tf.Tensor4D), [x], seed);
          });
        }),
        { numRuns: 6 },
      );
    });

    it("enlargement by whole factors and its gradient, for each image of a batch", async () => {
      await fc.assert(
        fc.asyncProperty(images, async ({ batch, height, width, channels, seed }) => {
          const results = () => {
            const x = noise([batch, height, width, channels], seed);
            // The cpu backend's gradient reads the first image's dy for every image of a batch.
            const alone = tf.getBackend() === "cpu" ? tf.split(x, batch) : [x];
            const resize = (x: tf.Tensor) =>
              tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [2 * height, 3 * width]);
            const parts = alone.map((image) => {
              const gradient = tf.grad((x) => tf.sum(tf.square(resize(x))));
              return [resize(image), gradient(image)] as const;
            });
            return [tf.concat(parts.map(([y]) => y)), tf.concat(parts.map(([, dx]) => dx))];
          };
          await expectSameOnBoth(results);
        }),
        { numRuns: 6 },
      );
    });

    it("sums over any axes, kept or not", async () => {
      const axes = fc.subarray([0, 1, 2, 3], { minLength: 1 });
      await fc.assert(
        fc.asyncProperty(axes, fc.boolean(), images, async (axes, keepDims, { channels, seed }) => {
          await expectSameOnBoth(() => [tf.sum(noise([2, 5, 3, channels], seed), axes, keepDims)]);
        }),
        { numRuns: 20 },
      );
    });

    it("tanh and sigmoid of numbers that saturate them", async () => {
      const x = [-1e4, -89, -20, 0, 20, 89, 1e4];
      await expectSameOnBoth(() => [tf.tanh(tf.tensor1d(x)), tf.sigmoid(tf.tensor1d(x))]);
    });

    it("instance norm of many pixels far from zero", async () => {
      await expectSameOnBoth(() => [instanceNorm(tf.add(noise([1, 96, 80, 3], 3), [40, -7, 0.5]))]);
    });

    it("leaves dilated convolutions to the stock kernels", async () => {
      await expectSameOnBoth(() => {
        const x = noise([1, 9, 9, 4], 1);
        return [tf.conv2d(x, noise([3, 3, 4, 5], 2), 1, "valid", "NHWC", 2)];
      });
    });

    it("computes the same bits twice", async () => {
      const gradients = () =>
        withGradients(
          (x, filter) => tf.conv2d(instanceNorm(x as tf.Tensor4D), filter as tf.Tensor4D, 1, "same"),
          [noise([1, 40, 40, 3], 1), noise([3, 3, 3, 5], 2)],
          3,
        );
      expect(await resultsOn("webgpu", gradients)).toEqual(await resultsOn("webgpu", gradients));
    });
  },
);
