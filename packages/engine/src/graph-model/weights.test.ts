import { describe, expect, test } from "vitest";
import { readWeights } from "./weights.ts";

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const entry = (fields: object) => ({ name: "w", shape: [2], dtype: "float32", ...fields });
const group = (...weights: object[]) => [{ paths: ["a.bin"], weights }];

describe("what is read", () => {
  test("a tensor that two shards share", () => {
    const bytes = floats(1, 2, 3);
    const manifest = [{ paths: ["a.bin", "b.bin"], weights: [entry({ shape: [3] })] }];
    const constant = readWeights(manifest, [bytes.slice(0, 5), bytes.slice(5)]).constants.get("w");
    expect(constant?.dtype === "float32" && [...constant.decode()]).toEqual([1, 2, 3]);
  });

  test("groups, each with shards of its own", () => {
    const manifest = [...group(entry({})), ...group(entry({ name: "v", shape: [1] }))];
    const { constants } = readWeights(manifest, [floats(1, 2), floats(3)]);
    const v = constants.get("v");
    expect(v?.dtype === "float32" && [...v.decode()]).toEqual([3]);
  });

  test("integers as numbers", () => {
    const bytes = new Uint8Array(Int32Array.of(-1, 7).buffer);
    const constant = readWeights(group(entry({ dtype: "int32" })), [bytes]).constants.get("w");
    expect(constant?.dtype === "int32" && constant.values).toEqual([-1, 7]);
  });
});

describe("what is refused", () => {
  test.each([
    ["a manifest that is no list", {}, [], /must be a list/],
    ["a missing shard", group(entry({})), [], /lists at least 1 weight files and 0 were given/],
    ["a shard too many", group(entry({})), [floats(1, 2), floats(3)], /lists 1 weight files and 2/],
    [
      "a shard cut short",
      group(entry({})),
      [floats(1)],
      /"w" ends at byte 8 of 4; a weight file is cut short/,
    ],
    ["a shard with more than its weights", group(entry({})), [floats(1, 2, 3)], /accounts for 8/],
    ["a side of 2^31", group(entry({ shape: [2 ** 31] })), [floats(1)], /side of 2147483648/],
    ["a negative side", group(entry({ shape: [-2] })), [floats(1)], /side of -2/],
    [
      "sides whose product is astronomic",
      group(entry({ shape: [2 ** 24, 2 ** 24, 2 ** 24] })),
      [floats(1)],
      /cut short/,
    ],
    ["five sides", group(entry({ shape: [1, 1, 1, 1, 2] })), [floats(1, 2)], /at most 4/],
    [
      "a name twice",
      group(entry({ shape: [1] }), entry({ shape: [1] })),
      [floats(1, 2)],
      /Two weights are called "w"/,
    ],
    ["a dtype", group(entry({ dtype: "complex64" })), [floats(1, 2)], /dtype complex64/],
    ["a quantization", group(entry({ quantization: { dtype: "int4" } })), [floats(1, 2)], /dtype int4/],
    [
      "a scale that is no number",
      group(entry({ quantization: { dtype: "uint8", min: 0 } })),
      [floats(1)],
      /its scale, is undefined/,
    ],
    [
      "quantized integers",
      group(entry({ dtype: "int32", quantization: { dtype: "uint8", scale: 1, min: 0 } })),
      [Uint8Array.of(1, 2)],
      /int32 and quantized/,
    ],
    [
      "integers by the thousand",
      group(entry({ dtype: "int32", shape: [1000] })),
      [new Uint8Array(4000)],
      /1000 integers/,
    ],
  ])("%s", (_, manifest, shards, message) => {
    expect(() => readWeights(manifest, shards)).toThrow(message);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("a weight of %d, where it is decoded", (value) => {
    const constant = readWeights(group(entry({})), [floats(1, value)]).constants.get("w");
    expect(() => constant?.dtype === "float32" && constant.decode()).toThrow(`"w" holds ${value} at 1`);
  });

  test("a scale that makes infinite weights", () => {
    const quantization = { dtype: "uint8", scale: 1e308, min: 0 };
    const constant = readWeights(group(entry({ quantization })), [Uint8Array.of(0, 255)]).constants.get("w");
    expect(() => constant?.dtype === "float32" && constant.decode()).toThrow("Infinity");
  });
});
