import { describe, expect, test } from "vitest";
import { inferShapes } from "../network/shapes.ts";
import { coupledDiscriminator, coupledGenerator } from "./coupled-networks.ts";

describe.each([
  [16, 1],
  [64, 1],
  [64, 3],
  [256, 2],
])("networks of %i pixels with %i layer(s) of their own", (sidePixels, ownLayers) => {
  const options = { sidePixels, ownLayers, filters: 4 };

  test("draw an image from a latent, and a grid of them from a grid", () => {
    const { shared, own } = coupledGenerator({ ...options, latentSize: 7, imageChannels: 1 });
    expect(shared.inputChannels).toBe(7);
    for (const [rows, columns] of [
      [1, 1],
      [2, 3],
    ] as const) {
      const between = inferShapes(shared, { height: rows, width: columns }).get(shared.output)!;
      expect(own.inputChannels).toBe(between.channels);
      const drawn = inferShapes(own, between).get(own.output)!;
      expect(drawn).toEqual({ height: rows * sidePixels, width: columns * sidePixels, channels: 1 });
    }
    expect(own.nodes.filter(({ op }) => op === "transposedConv")).toHaveLength(ownLayers);
  });

  test("judge an image by one logit", () => {
    const { shared, own } = coupledDiscriminator(options);
    const between = inferShapes(own, { height: sidePixels, width: sidePixels }).get(own.output)!;
    expect(shared.inputChannels).toBe(between.channels);
    const judged = inferShapes(shared, between).get(shared.output)!;
    expect(judged).toEqual({ height: 1, width: 1, channels: 1 });
  });
});

test.each([
  [{ sidePixels: 48 }, /sidePixels is 48.*power of two/],
  [{ sidePixels: 8 }, /sidePixels is 8/],
  [{ sidePixels: 64, ownLayers: 4 }, /ownLayers is 4/],
  [{ sidePixels: 64, filters: 0 }, /filters is 0/],
  [{ sidePixels: 64, latentSize: 0 }, /latentSize is 0/],
])("%o is refused", (options, message) => {
  expect(() => coupledGenerator(options)).toThrow(message);
});
