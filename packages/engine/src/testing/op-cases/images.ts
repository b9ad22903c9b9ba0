import fc from "fast-check";
import { integers, type JsonNode, text, windowAttributes } from "../graph-files.ts";
import {
  activation,
  channelCount,
  filter,
  float,
  type OpCase,
  type OpCases,
  scalar,
  seed,
  spare,
  values,
} from "./op-case.ts";
import { enlargedSides, outputSizes } from "./sizes.ts";

const image = fc
  .record({ height: spare, width: spare, channels: channelCount })
  .map(({ height, width, channels }) => ({ height: height + 1, width: width + 1, channels }));

const margin = fc.integer({ min: 0, max: 5 });

/** `MirrorPad` by itself: every side by another number of pixels, up to all but one of them. */
export const mirrorPad: OpCases = fc
  .record({ image, top: margin, bottom: margin, left: margin, right: margin })
  .map(({ image, top, bottom, left, right }) => {
    const height = Math.max(image.height, top + 1, bottom + 1);
    const width = Math.max(image.width, left + 1, right + 1);
    return {
      ...image,
      height,
      width,
      nodes: [{ name: "y", op: "MirrorPad", input: ["input", "paddings"], attr: { mode: text("REFLECT") } }],
      constants: { paddings: { shape: [4, 2], values: Int32Array.of(0, 0, top, bottom, left, right, 0, 0) } },
    };
  });

/** `ResizeNearestNeighbor` by whole factors, to a constant size or one computed from the input's. */
export const resizeNearest: OpCases = fc
  .record({ image, factors: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })) })
  .chain(({ image, factors }) =>
    fc.boolean().map((computed): OpCase => {
      const constant = {
        nodes: [],
        constants: { sizes: integers(image.height * factors[0], image.width * factors[1]) },
      };
      const { nodes, constants } = computed ? enlargedSides("input", factors) : constant;
      const attr = { ...float, align_corners: { b: false }, half_pixel_centers: { b: false } };
      const resized = { name: "y", op: "ResizeNearestNeighbor", input: ["input", "sizes"], attr };
      return { ...image, fixed: !computed, nodes: [...nodes, resized], constants };
    }),
  );

/** `ConcatV2` of two images of different depths, either first. */
export const concat: OpCases = fc
  .record({ image, filters: channelCount, seed, first: fc.boolean(), axis: fc.constantFrom(3, -1) })
  .map(({ image, filters, seed, first, axis }) => {
    const parts = first ? ["input", "other"] : ["other", "input"];
    return {
      ...image,
      nodes: [
        pointwise("other", "input"),
        { name: "y", op: "ConcatV2", input: [...parts, "axis"], attr: { ...float, N: { i: "2" } } },
      ],
      constants: {
        kernel: filter(seed, [1, 1, image.channels, filters], image.channels),
        axis: scalar(axis),
      },
    };
  });

/** `AddV2` of the image and itself, or another image, either first. */
export const add: OpCases = fc
  .record({
    image,
    seed,
    parts: fc.constantFrom<string[]>(["input", "input"], ["input", "other"], ["other", "input"]),
  })
  .map(({ image, seed, parts }): OpCase => {
    const sum = { name: "y", op: "AddV2", input: parts, attr: float };
    if (!parts.includes("other")) return { ...image, nodes: [sum], constants: {} };
    const kernel = filter(seed, [1, 1, image.channels, image.channels], image.channels);
    return { ...image, nodes: [pointwise("other", "input"), sum], constants: { kernel } };
  });

/** An activation by itself, of the image or of a sum, so that no convolution can take it along. */
export function alone(node: (name: string, input: string, alpha: number) => JsonNode): OpCases {
  return fc
    .record({ image, doubled: fc.boolean(), alpha: fc.double({ min: -0.5, max: 1.5, noNaN: true }) })
    .map(({ image, doubled, alpha }) => ({
      ...image,
      nodes: doubled
        ? [{ name: "sum", op: "AddV2", input: ["input", "input"], attr: float }, node("y", "sum", alpha)]
        : [node("y", "input", alpha)],
      constants: {},
    }));
}

/** `Identity` wherever it may stand: before, between and behind what would be computed as one. */
export const identity: OpCases = fc.record({ image, seed, activation }).map(({ image, seed, activation }) => {
  const same = (name: string, input: string): JsonNode => ({
    name,
    op: "Identity",
    input: [input],
    attr: float,
  });
  return {
    ...image,
    nodes: [
      same("image", "input"),
      pointwise("convolved", "image"),
      same("between", "convolved"),
      same("bias_read", "bias"),
      { name: "biased", op: "BiasAdd", input: ["between", "bias_read"], attr: float },
      same("again", "biased"),
      activation("activated", "again"),
      same("y", "activated"),
    ],
    constants: {
      kernel: filter(seed, [1, 1, image.channels, 3], image.channels),
      bias: values(seed + 1, [3]),
    },
  };
});

/** The image by itself, of any size or one alone, given back as it came. */
export const placeholder: OpCases = fc.record({ image, fixed: fc.boolean() }).map(({ image, fixed }) => ({
  ...image,
  fixed,
  nodes: [{ name: "y", op: "Identity", input: ["input"], attr: float }],
  constants: {},
}));

/** A U-Net in small: halved, activated, enlarged again and joined with what it began with. */
export const skip: OpCases = fc
  .record({
    image: fc.record({ height: spare, width: spare, channels: channelCount }),
    filters: channelCount,
    down: activation,
    up: activation,
    seed,
  })
  .map(({ image, filters, down, up, seed }) => {
    const { channels } = image;
    const [height, width] = [2 * image.height + 2, 2 * image.width + 2];
    const sizes = outputSizes("sizes", { height, width }, { height, width, channels: filters }, 1);
    const halving = windowAttributes(2, [1, 1, 1, 1]);
    return {
      height,
      width,
      channels,
      nodes: [
        ...sizes.nodes,
        { name: "half", op: "Conv2D", input: ["input", "kernel"], attr: halving },
        down("inner", "half"),
        { name: "full", op: "Conv2DBackpropInput", input: ["sizes", "kernel_up", "inner"], attr: halving },
        { name: "joined", op: "ConcatV2", input: ["full", "input", "axis"], attr: { N: { i: "2" } } },
        up("y", "joined"),
      ],
      constants: {
        ...sizes.constants,
        axis: scalar(3),
        kernel: filter(seed, [4, 4, channels, filters], 16 * channels),
        kernel_up: filter(seed + 1, [4, 4, filters, filters], 16 * filters),
      },
    };
  });

function pointwise(name: string, input: string): JsonNode {
  return {
    name,
    op: "Conv2D",
    input: [input, "kernel"],
    attr: { ...float, ...windowAttributes(1, "VALID") },
  };
}
