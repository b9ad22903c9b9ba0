import { mobileResnetGenerator, patchDiscriminator, resnetGenerator } from "@unpaired/core";
import { describe, expect, test } from "vitest";
import { parseGraphModel } from "../graph-model/parse.ts";
import { graphFiles, integers, type JsonNode, weight, windowAttributes } from "../testing/graph-files.ts";
import { publish } from "../testing/models.ts";
import type { Layer } from "./layers.ts";
import { recognise } from "./recognise.ts";

const kernel = weight(3, 3, 3, 3);
const bias = weight(3);
const axes = integers(1, 2);
const epsilon = { shape: [], values: Float32Array.of(1e-5) };
const conv = (name: string, x: string): JsonNode => ({
  name,
  op: "Conv2D",
  input: [x, "kernel"],
  attr: windowAttributes(1, "VALID"),
});
const pad = (name: string, x: string): JsonNode => ({ name, op: "MirrorPad", input: [x, "paddings"] });
const paddings = { shape: [4, 2], values: Int32Array.of(0, 0, 1, 1, 1, 1, 0, 0) };
const norm = (name: string, x: string): JsonNode[] => [
  { name: `${name}/mean`, op: "Mean", input: [x, "axes"], attr: { keep_dims: { b: true } } },
  { name: `${name}/squares`, op: "SquaredDifference", input: [x, `${name}/mean`] },
  {
    name: `${name}/variance`,
    op: "Mean",
    input: [`${name}/squares`, "axes"],
    attr: { keep_dims: { b: true } },
  },
  { name: `${name}/shifted`, op: "AddV2", input: [`${name}/variance`, "epsilon"] },
  { name: `${name}/rsqrt`, op: "Rsqrt", input: [`${name}/shifted`] },
  { name: `${name}/centred`, op: "Sub", input: [x, `${name}/mean`] },
  { name, op: "Mul", input: [`${name}/centred`, `${name}/rsqrt`] },
];
const unary = (name: string, op: string, x: string): JsonNode => ({ name, op, input: [x] });
const binary = (name: string, op: string, a: string, b: string): JsonNode => ({ name, op, input: [a, b] });

function layersOf(nodes: readonly JsonNode[]): Layer[] {
  const files = graphFiles(nodes, { kernel, bias, axes, epsilon, paddings });
  return [...recognise(parseGraphModel(files)).layers.values()];
}
const kinds = (nodes: readonly JsonNode[]) => layersOf(nodes).map(({ kind }) => kind);

describe("what becomes one layer", () => {
  test("mirror padding, convolution, bias and activation", () => {
    const nodes = [
      pad("p", "input"),
      conv("c", "p"),
      binary("b", "BiasAdd", "c", "bias"),
      unary("y", "Tanh", "b"),
    ];
    expect(layersOf(nodes)).toMatchObject([
      { kind: "conv", border: "reflect", padding: { top: 1, right: 1 }, activation: { kind: "tanh" } },
    ]);
    expect(layersOf(nodes)[0]).toHaveProperty("bias.name", "bias");
  });

  test("instance norm and ReLU", () => {
    expect(layersOf([...norm("n", "input"), unary("y", "Relu", "n")])).toMatchObject([
      { kind: "norm", epsilon: Math.fround(1e-5), activation: { kind: "relu" } },
    ]);
  });

  test.each([
    ["skip + norm", ["input", "n"]],
    ["norm + skip", ["n", "input"]],
  ])("a residual sum, %s", (_, [a, b]) => {
    const layers = layersOf([conv("c", "input"), ...norm("n", "c"), binary("y", "AddV2", a!, b!)]);
    expect(layers).toMatchObject([{ kind: "conv" }, { kind: "norm" }]);
    expect(layers[1]?.inputs).toHaveLength(2);
  });

  test("factors in either order", () => {
    const nodes = norm("n", "input");
    nodes[3] = binary("n/shifted", "AddV2", "epsilon", "n/variance");
    nodes[6] = binary("n", "Mul", "n/rsqrt", "n/centred");
    nodes[1] = binary("n/squares", "SquaredDifference", "n/mean", "input");
    expect(kinds(nodes)).toEqual(["norm"]);
  });

  test("the builders' networks, node for node", () => {
    const count = (files: Parameters<typeof parseGraphModel>[0]) =>
      recognise(parseGraphModel(files)).layers.size;
    expect(count(publish(resnetGenerator({ filters: 2, blocks: 3 })))).toBe(11 + 3 * 4);
    expect(count(publish(resnetGenerator({ filters: 2, blocks: 3, upsampling: "resize" })))).toBe(13 + 3 * 4);
    expect(count(publish(mobileResnetGenerator({ filters: 2, blocks: 3 })))).toBe(11 + 3 * 8);
    expect(count(publish(patchDiscriminator({ filters: 2 })))).toBe(8);
  });
});

describe("what must stay apart because something else reads it", () => {
  test("padding read twice", () => {
    const nodes = [pad("p", "input"), conv("c", "p"), conv("d", "p"), binary("y", "AddV2", "c", "d")];
    expect(kinds(nodes)).toEqual(["reflectPad", "conv", "conv", "add"]);
  });

  test("a convolution read before and after its activation", () => {
    const nodes = [conv("c", "input"), unary("r", "Relu", "c"), binary("y", "AddV2", "c", "r")];
    expect(kinds(nodes)).toEqual(["conv", "activation", "add"]);
  });

  test("an activation after a residual sum", () => {
    const nodes = [...norm("n", "input"), binary("s", "AddV2", "n", "input"), unary("y", "Relu", "s")];
    expect(kinds(nodes)).toEqual(["norm", "activation"]);
  });
});

test("what the output does not need is left out", () => {
  const nodes = [conv("unused", "input"), unary("y", "Relu", "input"), unary("output", "Identity", "y")];
  const files = graphFiles([...nodes, unary("read", "Relu", "unused")], { kernel });
  const json = JSON.parse(new TextDecoder().decode(files.model));
  json.signature = { outputs: { output: { name: "output" } } };
  const model = new TextEncoder().encode(JSON.stringify(json));
  expect(recognise(parseGraphModel({ ...files, model })).layers.size).toBe(1);
});

describe("what is refused, by op and node", () => {
  const broken = (change: (nodes: JsonNode[]) => JsonNode[]) => () => layersOf(change(norm("n", "input")));

  test.each([
    [
      "a norm whose mean is read elsewhere",
      broken((n) => [...n, binary("y", "AddV2", "n", "n/mean")]),
      /^Mul "n": it is computed only inside/,
    ],
    [
      "a norm over one axis",
      broken((n) => n.with(0, { ...n[0]!, attr: {} })),
      /^Mul "n": it is computed only inside/,
    ],
    ["a product of images", () => layersOf([binary("y", "Mul", "input", "input")]), /^Mul "y"/],
    [
      "a bias without a convolution",
      () => layersOf([binary("y", "BiasAdd", "input", "bias")]),
      /^BiasAdd "y"/,
    ],
    [
      "a bias of the wrong length",
      () => layersOf([conv("c", "input"), binary("y", "BiasAdd", "c", "epsilon")]),
      /its bias has the shape \[\]/,
    ],
    [
      "a filter that is computed",
      () => layersOf([{ ...conv("y", "input"), input: ["input", "input"] }]),
      /float32 constant is needed/,
    ],
    [
      "a filter of integers",
      () => layersOf([{ ...conv("y", "input"), input: ["input", "axes"] }]),
      /float32 constant is needed/,
    ],
    [
      "a bias vector as a filter",
      () => layersOf([{ ...conv("y", "input"), input: ["input", "bias"] }]),
      /its filter has the shape \[3\]/,
    ],
    [
      "a constant as an image",
      () => layersOf([binary("y", "AddV2", "input", "kernel")]),
      /^Const "kernel": it cannot make an image/,
    ],
    [
      "a shape as an image",
      () => layersOf([unary("s", "Shape", "input"), unary("y", "Relu", "s")]),
      /^Shape "s"/,
    ],
    [
      "an image as a size",
      () => layersOf([binary("y", "ResizeNearestNeighbor", "input", "input")]),
      /^Placeholder "input": it is used as a size/,
    ],
    [
      "joining along the width",
      () => layersOf([{ name: "y", op: "ConcatV2", input: ["input", "input", "axes"] }]),
      /its axis is \[1,2\]/,
    ],
    [
      "padding channels",
      () => layersOf([{ name: "y", op: "MirrorPad", input: ["input", "axes"] }]),
      /its paddings have the shape \[2\]; it must be \[4,2\]/,
    ],
  ])("%s", (_, attempt, message) => {
    expect(attempt).toThrow(expect.objectContaining({ code: "unsupported_op" }));
    expect(attempt).toThrow(message);
  });
});
