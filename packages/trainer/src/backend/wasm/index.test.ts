import * as tf from "@tensorflow/tfjs";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { layers, noise, relativeDifference, resultsOn, withGradients } from "../test-bench.ts";
import { initializeWasmBackend } from "./index.ts";

const TOLERANCE = 1e-4;

beforeAll(initializeWasmBackend);

/** Holds what `compute` returns on the wasm backend to what it returns on tfjs's plain backend. */
async function expectSameOnBoth(compute: () => readonly tf.Tensor[]): Promise<void> {
  const expected = await resultsOn("cpu", compute);
  const actual = await resultsOn("wasm", compute);
  expect(relativeDifference(actual, expected)).toBeLessThan(TOLERANCE);
}

const side = fc.integer({ min: 4, max: 11 });
const channels = fc.constantFrom(1, 2, 3, 4, 5, 8, 11, 16);
const convolutions = fc.record({
  batch: fc.constantFrom(1, 2),
  height: side,
  width: side,
  channelsIn: channels,
  channelsOut: channels,
  kernel: fc.integer({ min: 1, max: 4 }),
  stride: fc.constantFrom(1, 2, 3),
  pad: fc.constantFrom<"same" | "valid" | number>("same", "valid", 0, 1),
  seed: fc.nat(100_000),
});

describe("the completed WASM backend against tfjs's cpu backend", () => {
  it("convolution, its input gradient and its filter gradient", async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async (c) => {
        await expectSameOnBoth(() => {
          const x = noise([c.batch, c.height, c.width, c.channelsIn], c.seed);
          const filter = noise([c.kernel, c.kernel, c.channelsIn, c.channelsOut], c.seed + 1);
          const rounding = typeof c.pad === "number" ? "floor" : undefined;
          const conv = (x: tf.Tensor, filter: tf.Tensor) =>
            tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, c.stride, c.pad, "NHWC", 1, rounding);
          return withGradients(conv as (...xs: tf.Tensor[]) => tf.Tensor, [x, filter], c.seed);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("transposed convolution with output padding, and its gradients", async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async ({ batch, height, width, channelsIn, channelsOut, seed }) => {
        await expectSameOnBoth(() => {
          const x = noise([batch, height, width, channelsIn], seed);
          const filter = noise([3, 3, channelsOut, channelsIn], seed + 1);
          const sides: [number, number] = [1, 0];
          const transposed = (x: tf.Tensor, filter: tf.Tensor) =>
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
      { numRuns: 25 },
    );
  });

  it("depthwise convolution, its input gradient and its filter gradient", async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async (c) => {
        await expectSameOnBoth(() => {
          const x = noise([c.batch, c.height, c.width, c.channelsIn], c.seed);
          const filter = noise([c.kernel, c.kernel, c.channelsIn, 1], c.seed + 1);
          const rounding = typeof c.pad === "number" ? "floor" : undefined;
          const conv = (x: tf.Tensor, filter: tf.Tensor) =>
            tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, c.stride, c.pad, "NHWC", 1, rounding);
          return withGradients(conv as (...xs: tf.Tensor[]) => tf.Tensor, [x, filter], c.seed);
        });
      }),
      { numRuns: 40 },
    );
  });

  it("instance norm, rectifiers, tanh and reflection padding with their gradients", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(layers)),
        convolutions,
        async (layer, { batch, height, width, channelsIn, seed }) => {
          await expectSameOnBoth(() => {
            // The stock gradient of resizing reads the first image's dy for every image of a batch.
            const images = layer === "resize" ? 1 : batch;
            const x = noise([images, height, width, channelsIn], seed);
            return withGradients((x) => layers[layer]!(x as tf.Tensor4D), [x!], seed);
          });
        },
      ),
      { numRuns: 120 },
    );
  });

  it("sums over any axes, kept or not", async () => {
    const axes = fc.subarray([0, 1, 2, 3], { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(axes, fc.boolean(), channels, fc.nat(), async (axes, keepDims, c, seed) => {
        await expectSameOnBoth(() => [tf.sum(noise([2, 5, 3, c], seed % 1000), axes, keepDims)]);
      }),
      { numRuns: 40 },
    );
  });

  it("leaves dilated and anisotropic convolutions and symmetric padding to the stock kernels", async () => {
    await expectSameOnBoth(() => {
      const x = noise([1, 9, 9, 4], 1);
      const filter = noise([3, 3, 4, 5], 2);
      return [
        tf.conv2d(x, filter, 1, "valid", "NHWC", 2),
        tf.conv2d(x, filter, [1, 2], "valid"),
        tf.depthwiseConv2d(x, noise([3, 3, 4, 2], 3), 1, "valid"),
        tf.mirrorPad(
          x,
          [
            [0, 0],
            [2, 1],
            [0, 2],
            [0, 0],
          ],
          "symmetric",
        ),
      ];
    });
  });

  it("names the kernel and its attributes where neither build has one", async () => {
    await tf.setBackend("wasm");
    const gradient = () =>
      tf.tidy(() =>
        tf.grad((filter) => tf.conv2d(noise([1, 9, 9, 4], 1), filter as tf.Tensor4D, [1, 2], "valid"))(
          noise([3, 3, 4, 5], 2),
        ),
      );
    expect(gradient).toThrowError(expect.objectContaining({ code: "unsupported_kernel" }));
    expect(gradient).toThrowError(/Conv2DBackpropFilter for .*"strides":\[1,2\]/);
  });

  it("starts a second time without registering its own kernels as stock ones", async () => {
    await initializeWasmBackend();
    await initializeWasmBackend();
    expect(tf.getBackend()).toBe("wasm");
    await expectSameOnBoth(() => [tf.tanh(noise([1, 4, 4, 3], 5))]);
  });

  it("follows a memory that grows", async () => {
    await tf.setBackend("wasm");
    const before = noise([1, 8, 8, 16], 1);
    const filter = noise([3, 3, 16, 16], 2);
    const first = await tf.conv2d(before, filter, 1, "same").data();
    const large = Array.from({ length: 12 }, () => tf.ones([1024, 1024, 4]));
    const second = await tf.conv2d(before, filter, 1, "same").data();
    tf.dispose(large);
    expect(second).toEqual(first);
  });
});
