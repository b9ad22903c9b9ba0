import { describe, expect, test } from "vitest";
import { patchDiscriminator } from "../builders/patch-discriminator.ts";
import { resnetGenerator } from "../builders/resnet-generator.ts";
import { unetGenerator } from "../builders/unet-generator.ts";
import { inferShapes } from "./shapes.ts";
import type { NetworkNode, NetworkSpec } from "./spec.ts";

const generator = resnetGenerator({ filters: 4, blocks: 1 });

test("a generator answers an image of its input's size", () => {
  const shapes = inferShapes(generator, { height: 24, width: 36 });
  expect(shapes.get(generator.output)).toEqual({ height: 24, width: 36, channels: 3 });
});

test.each([
  [30, 32],
  [4, 4],
  [0, 8],
  [8.5, 8],
  [Number.NaN, 8],
])("%d×%d pixels are refused with what would do", (height, width) => {
  expect(() => inferShapes(generator, { height, width })).toThrow(/multiples of 4 and at least 8/);
});

describe("a description that does not hold together", () => {
  const spec = (nodes: NetworkNode[], output: string): NetworkSpec => ({
    name: "broken",
    inputChannels: 3,
    nodes,
    output,
    multipleOf: 1,
    minimumSide: 1,
  });
  const relu = (id: string, input: string): NetworkNode => ({
    op: "activation",
    id,
    inputs: [input],
    kind: "relu",
  });
  const size = { height: 8, width: 8 };

  test.each<[string, NetworkSpec, RegExp]>([
    ["reads a later node", spec([relu("a", "b"), relu("b", "input")], "b"), /"a" reads "b"/],
    [
      "names two nodes alike",
      spec([relu("a", "input"), relu("a", "input")], "a"),
      /two nodes are called "a"/,
    ],
    ["has no output", spec([relu("a", "input")], "z"), /output "z"/],
    [
      "adds unlike shapes",
      spec(
        [
          { op: "resize", id: "a", inputs: ["input"], scale: 2 },
          { op: "add", id: "b", inputs: ["a", "input"] },
        ],
        "b",
      ),
      /joins 16×16×3 and 8×8×3/,
    ],
  ])("%s", (_, broken, message) => {
    expect(() => inferShapes(broken, size)).toThrow(message);
  });
});

test("a U-Net wants multiples of what its depth halves", () => {
  const spec = unetGenerator({ depth: 7, filters: 4 });
  expect(inferShapes(spec, { height: 128, width: 256 }).get(spec.output)).toEqual({
    height: 128,
    width: 256,
    channels: 3,
  });
  expect(() => inferShapes(spec, { height: 64, width: 64 })).toThrow(/multiples of 128/);
  expect(() => unetGenerator({ depth: 4 })).toThrow(/depth is 4/);
});

test.each([
  [{ filters: 0 }, /filters is 0/],
  [{ layers: 6 }, /layers is 6/],
  [{ inputChannels: 7 }, /inputChannels is 7/],
])("the discriminator refuses %o", (options, message) => {
  expect(() => patchDiscriminator(options)).toThrow(message);
});

test.each([
  [{ filters: 3 }, /filters is 3/],
  [{ filters: 0 }, /filters is 0/],
  [{ blocks: 10 }, /blocks is 10/],
  [{ blocks: 0 }, /blocks is 0/],
  [{ dropout: 1 }, /dropout is 1/],
])("the generator refuses %o", (options, message) => {
  expect(() => resnetGenerator(options)).toThrow(message);
});
