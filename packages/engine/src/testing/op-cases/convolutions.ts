import fc from "fast-check";
import { integers, type JsonConstant, type JsonNode, text, windowAttributes } from "../graph-files.ts";
import {
  activation,
  channelCount,
  filter,
  float,
  type OpCase,
  type OpCases,
  seed,
  spare,
  values,
} from "./op-case.ts";
import { outputSizes } from "./sizes.ts";

const kernelSide = fc.integer({ min: 1, max: 7 });
const margin = fc.integer({ min: 0, max: 3 });
const margins = fc.record({ top: margin, bottom: margin, left: margin, right: margin });

const rest = {
  margins,
  spareHeight: spare,
  spareWidth: spare,
  seed,
  // A bias and an activation behind it are computed by the same kernel, each with and without the other.
  bias: fc.boolean(),
  activation: fc.option(activation),
};

const anyWindow = fc.record({
  kernelHeight: kernelSide,
  kernelWidth: kernelSide,
  stride: fc.integer({ min: 1, max: 4 }),
  channels: channelCount,
  filters: channelCount,
  ...rest,
});

/** Windows that have kernels of their own. */
const favouredWindow = fc
  .record({
    side: fc.constantFrom([1, 1], [3, 1], [3, 1], [3, 2], [4, 2], [7, 1]),
    channels: fc.constantFrom(3, 8, 16, 24, 32),
    filters: fc.constantFrom(3, 8, 16, 24, 32),
    ...rest,
  })
  .map(({ side: [side, stride], ...others }) => ({
    kernelHeight: side!,
    kernelWidth: side!,
    stride: stride!,
    ...others,
  }));

const window = fc.oneof(anyWindow, favouredWindow);

type Window = typeof window extends fc.Arbitrary<infer Value> ? Value : never;

/** What lies around the image: nothing, TensorFlow's own choice, zeros on each side, or the image mirrored. */
const surroundings = fc.constantFrom("VALID", "SAME", "EXPLICIT", "REFLECT");

/** `Conv2D` with every padding, alone, biased, activated. */
export const conv2d: OpCases = fc
  .record({ drawn: window, padding: surroundings })
  .map(({ drawn, padding }) => convolution("Conv2D", drawn, padding));

/** `DepthwiseConv2dNative`, as {@link conv2d}. */
export const depthwiseConv2d: OpCases = fc
  .record({ drawn: window, padding: surroundings })
  .map(({ drawn, padding }) => convolution("DepthwiseConv2dNative", drawn, padding));

/** `Conv2DBackpropInput` to a size that is constant or computed from the input's. */
export const transposedConv2d: OpCases = fc
  .record({
    drawn: window,
    padding: fc.constantFrom("SAME", "EXPLICIT"),
    surplus: fc.nat(3),
    computed: fc.boolean(),
  })
  .map(({ drawn, ...options }) => transposed(drawn, options));

/** `BiasAdd` behind each of the three. */
export const biasAdd: OpCases = fc
  .record({ drawn: window, op: fc.constantFrom("Conv2D", "DepthwiseConv2dNative", "Conv2DBackpropInput") })
  .map(({ drawn, op }) => {
    const biased = { ...drawn, bias: true };
    return op === "Conv2DBackpropInput"
      ? transposed(biased, { padding: "EXPLICIT", surplus: 0, computed: false })
      : convolution(op, biased, "EXPLICIT");
  });

/** An activation directly behind a convolution, which computes it on the way. */
export function activated(node: (name: string, input: string, alpha: number) => JsonNode): OpCases {
  return fc
    .record({ drawn: window, alpha: fc.double({ min: -0.5, max: 1.5, noNaN: true }) })
    .map(({ drawn, alpha }) =>
      convolution("Conv2D", { ...drawn, activation: (name, input) => node(name, input, alpha) }, "SAME"),
    );
}

function convolution(
  op: "Conv2D" | "DepthwiseConv2dNative",
  drawn: Window,
  padding: typeof surroundings extends fc.Arbitrary<infer Value> ? Value : never,
): OpCase {
  const { kernelHeight, kernelWidth, channels, stride } = drawn;
  const filters = op === "Conv2D" ? drawn.filters : channels;
  const depth = op === "Conv2D" ? filters : 1;
  const addends = kernelHeight * kernelWidth * (op === "Conv2D" ? channels : 1);
  const { top, bottom, left, right } = drawn.margins;
  const given = padding === "EXPLICIT" || padding === "REFLECT";
  const enough = (kernel: number, before: number, after: number) => {
    const covered = padding === "SAME" ? 1 : kernel - (given ? before + after : 0);
    return Math.max(1, covered, padding === "REFLECT" ? Math.max(before, after) + 1 : 1);
  };
  const height = enough(kernelHeight, top, bottom) + drawn.spareHeight;
  const width = enough(kernelWidth, left, right) + drawn.spareWidth;
  const attributes =
    padding === "EXPLICIT"
      ? windowAttributes(stride, [top, bottom, left, right])
      : windowAttributes(stride, padding === "REFLECT" ? "VALID" : padding);
  const mirrored = padding === "REFLECT";
  const constants: Record<string, JsonConstant> = {
    kernel: filter(drawn.seed, [kernelHeight, kernelWidth, channels, depth], addends),
    ...(mirrored && {
      paddings: { shape: [4, 2], values: Int32Array.of(0, 0, top, bottom, left, right, 0, 0) },
    }),
  };
  const nodes: JsonNode[] = [
    ...(mirrored
      ? [{ name: "mirrored", op: "MirrorPad", input: ["input", "paddings"], attr: { mode: text("REFLECT") } }]
      : []),
    {
      name: "convolved",
      op,
      input: [mirrored ? "mirrored" : "input", "kernel"],
      attr: { ...float, ...attributes },
    },
  ];
  return finished({ nodes, constants, width, height, channels }, filters, drawn);
}

function transposed(
  drawn: Window,
  {
    padding,
    surplus,
    computed,
  }: { readonly padding: string; readonly surplus: number; readonly computed: boolean },
): OpCase {
  const { kernelHeight, kernelWidth, channels, filters, stride } = drawn;
  const [height, width] = [drawn.spareHeight + 2, drawn.spareWidth + 2];
  const { top, bottom, left, right } = drawn.margins;
  const side = (input: number, kernel: number, before: number, after: number) =>
    padding === "SAME"
      ? { margins: [0, 0] as const, length: input * stride }
      : fitted(input, { kernel, stride, before, after, surplus: surplus % stride });
  const vertical = side(height, kernelHeight, top, bottom);
  const horizontal = side(width, kernelWidth, left, right);
  const attributes =
    padding === "SAME"
      ? windowAttributes(stride, "SAME")
      : windowAttributes(stride, [...vertical.margins, ...horizontal.margins]);
  const output = { height: vertical.length, width: horizontal.length, channels: filters };
  const sizes = computed
    ? outputSizes("sizes", { height, width }, output, stride)
    : { nodes: [], constants: { sizes: integers(1, output.height, output.width, filters) } };
  const nodes: JsonNode[] = [
    ...sizes.nodes,
    {
      name: "convolved",
      op: "Conv2DBackpropInput",
      input: ["sizes", "kernel", "input"],
      attr: { ...float, ...attributes },
    },
  ];
  const constants = {
    ...sizes.constants,
    kernel: filter(
      drawn.seed,
      [kernelHeight, kernelWidth, filters, channels],
      kernelHeight * kernelWidth * channels,
    ),
  };
  return finished({ nodes, constants, width, height, channels, fixed: !computed }, filters, drawn);
}

/** One side of a transposed convolution's output, margins cut back where they would leave nothing of it. */
function fitted(
  input: number,
  side: { kernel: number; stride: number; before: number; after: number; surplus: number },
): { margins: readonly [number, number]; length: number } {
  const whole = (input - 1) * side.stride + side.kernel + side.surplus;
  const before = Math.min(side.before, whole - 1);
  const after = Math.min(side.after, whole - 1 - before);
  return { margins: [before, after], length: whole - before - after };
}

/** Adds to the node `convolved` the bias and the activation that were drawn. */
function finished(
  drawn: OpCase,
  filters: number,
  { bias, activation, seed }: Pick<Window, "bias" | "activation" | "seed">,
): OpCase {
  const nodes = [...drawn.nodes];
  let output = "convolved";
  if (bias) {
    const attr = { ...float, data_format: text("NHWC") };
    nodes.push({ name: "biased", op: "BiasAdd", input: [output, "bias"], attr });
    output = "biased";
  }
  if (activation) nodes.push(activation("activated", output));
  const constants = bias ? { ...drawn.constants, bias: values(seed + 1, [filters]) } : drawn.constants;
  return { ...drawn, nodes, constants };
}
