import { resnetGenerator } from "@unpaired/core";
import { describe, expect, test } from "vitest";
import { EngineError } from "./errors.ts";
import { createSession } from "./index.ts";
import type { ModelFiles } from "./session-types.ts";
import { everyBuild } from "./testing/builds.ts";
import {
  graphFiles,
  integers,
  type JsonConstant,
  type JsonNode,
  jsonOf,
  list,
  text,
  weight,
  windowAttributes,
  withJson,
} from "./testing/graph-files.ts";
import { noiseImage, publish } from "./testing/models.ts";

const [, binaries] = (await everyBuild()).at(-1)!;
const generator = publish(resnetGenerator({ filters: 2, blocks: 1 }), { quantization: "uint8" });

/** `code: message` of whatever refuses a model or its run on 16×16 pixels, or `ran`. */
async function outcome(files: ModelFiles, memoryBudgetBytes = 4 * 2 ** 20): Promise<string> {
  try {
    const session = await createSession(files, { binaries, memoryBudgetBytes });
    await session.run(noiseImage(16, 16));
    return "ran";
  } catch (error) {
    if (error instanceof EngineError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

type Json = ReturnType<typeof jsonOf>;
const damaged = (damage: (json: Json) => unknown, files = generator): ModelFiles => {
  const json = jsonOf(files);
  damage(json);
  return withJson(json, files.weights);
};
/** A model whose JSON holds `written` where the weights' format stood, for text that no value stringifies to. */
const spelled = (what: string, written: string): ModelFiles => {
  const source = new TextDecoder().decode(generator.model);
  if (!source.includes(what)) throw new Error(`The model does not hold ${what}.`);
  return { ...generator, model: new TextEncoder().encode(source.replace(what, written)) };
};
const nodeOf = (json: Json, op: string) => json.modelTopology.node.find((node: Json) => node.op === op);
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const floats = (shape: readonly number[], ...values: number[]): JsonConstant => ({
  shape,
  values: Float32Array.from(values),
});
const mirror = (...values: number[]): JsonConstant => ({ shape: [4, 2], values: Int32Array.from(values) });

const kernel = weight(3, 3, 3, 3);
const conv = (attr: object = {}, input = ["input", "kernel"]): JsonNode => ({
  name: "conv",
  op: "Conv2D",
  input,
  attr: { ...windowAttributes(1, "SAME"), ...attr },
});
const transposed = (stride: number, padding: "SAME" | "VALID" = "SAME"): JsonNode => ({
  name: "up",
  op: "Conv2DBackpropInput",
  input: ["size", "kernel", "input"],
  attr: windowAttributes(stride, padding),
});
const one = (op: string, ...input: string[]): JsonNode => ({ name: "y", op, input });
const norm = (...changes: JsonNode[]): JsonNode[] => {
  const nodes: JsonNode[] = [
    { name: "mean", op: "Mean", input: ["input", "axes"], attr: { keep_dims: { b: true } } },
    { name: "squares", op: "SquaredDifference", input: ["input", "mean"] },
    { name: "variance", op: "Mean", input: ["squares", "axes"], attr: { keep_dims: { b: true } } },
    { name: "shifted", op: "AddV2", input: ["variance", "epsilon"] },
    { name: "rsqrt", op: "Rsqrt", input: ["shifted"] },
    { name: "centred", op: "Sub", input: ["input", "mean"] },
    { name: "norm", op: "Mul", input: ["centred", "rsqrt"] },
  ];
  return nodes.map((node) => changes.find(({ name }) => name === node.name) ?? node);
};
const normWith = (epsilon: JsonConstant, axes = integers(1, 2), ...changes: JsonNode[]) =>
  graphFiles(norm(...changes), { epsilon, axes });

type Cases = [what: string, files: ModelFiles, expected: RegExp][];

describe.each([
  [
    "how nodes are joined",
    [
      [
        "a cycle of three",
        graphFiles([
          { name: "a", op: "Relu", input: ["c"] },
          { name: "b", op: "Relu", input: ["a"] },
          { name: "c", op: "Relu", input: ["b"] },
        ]),
        /^invalid_model: "a" depends on itself; the graph must not have cycles/,
      ],
      ["a self loop", graphFiles([one("Relu", "y")]), /^invalid_model: "y" depends on itself/],
      [
        "a self loop through Identity",
        graphFiles([{ name: "i", op: "Identity", input: ["i"] }, one("Relu", "i")]),
        /^invalid_model: "i" depends on itself/,
      ],
      [
        "a cycle that the output does not need",
        graphFiles([
          { name: "a", op: "AddV2", input: ["b", "input"] },
          { name: "b", op: "Relu", input: ["a"] },
          one("Relu", "input"),
        ]),
        /^invalid_model: "a" depends on itself/,
      ],
      ["a missing input", graphFiles([one("Relu", "gone")]), /^invalid_model: "y" reads "gone"/],
      ["no inputs", graphFiles([one("Relu")]), /Relu "y": it reads 0 inputs; it takes 1/],
      [
        "a convolution without a filter",
        graphFiles([conv({}, ["input"])], { kernel }),
        /^unsupported_op: Conv2D "conv": it reads 1 inputs; it takes 2/,
      ],
      [
        "two nodes of one name",
        graphFiles([one("Relu", "input"), one("Tanh", "input")]),
        /^invalid_model: Two nodes are called "y"/,
      ],
      [
        "a node called like the input",
        graphFiles([{ name: "input", op: "Relu", input: ["input"] }]),
        /^invalid_model: Two nodes are called "input"/,
      ],
      [
        "a control dependency",
        graphFiles([one("Relu", "input", "^input")]),
        /^invalid_model: "y" reads "\^input"; only a node's first output/,
      ],
      ["a second output", graphFiles([one("Relu", "input:1")]), /^invalid_model: "y" reads "input:1"/],
      ["port 2^64", graphFiles([one("Relu", "input:18446744073709551616")]), /^invalid_model: "y" reads/],
      [
        "a constant that reads",
        damaged((json) => {
          nodeOf(json, "Const").input = ["input"];
        }),
        /^unsupported_op: Const ".*": it reads 1 inputs; it takes 0/,
      ],
      [
        "an input that reads",
        damaged((json) => {
          nodeOf(json, "Placeholder").input = [nodeOf(json, "Const").name];
        }),
        /^unsupported_op: Placeholder "input": it reads 1 inputs; it takes 0/,
      ],
      [
        "65 inputs",
        graphFiles([one("ConcatV2", ...Array<string>(65).fill("input"))]),
        /^invalid_model: Inputs of "y" has 65 entries; at most 64/,
      ],
      [
        "no nodes",
        damaged((json) => {
          json.modelTopology.node = [];
        }),
        /^invalid_model: The model has no Placeholder/,
      ],
      ["nothing but an input", graphFiles([]), /^ran/],
      ["an output that is the input", graphFiles([one("Identity", "input")]), /^ran/],
      [
        "an output that is a constant",
        damaged((json) => {
          json.signature = { outputs: { y: { name: nodeOf(json, "Const").name } } };
        }),
        /^unsupported_op: Const ".*": it cannot make an image/,
      ],
      [
        "an output that is a size",
        graphFiles([one("Shape", "input")]),
        /^unsupported_op: Shape "y": it cannot make an image/,
      ],
      [
        "nodes that nothing needs",
        damaged((json) => {
          json.signature = { outputs: { y: { name: json.modelTopology.node.at(-1).name } } };
          json.modelTopology.node.push({ name: "unused", op: "Relu", input: ["input"] });
        }),
        /^ran/,
      ],
      [
        "a thousand readers of one node",
        graphFiles([
          { name: "x", op: "Tanh", input: ["input"] },
          ...Array.from({ length: 1000 }, (_, index) => ({
            name: `s${index}`,
            op: "AddV2",
            input: ["x", index === 0 ? "x" : `s${index - 1}`],
          })),
        ]),
        /^ran/,
      ],
    ],
  ],
  [
    "numbers at the edge",
    [
      [
        "a negative stride",
        graphFiles([conv({ strides: list([1, -1, -1, 1]) })], { kernel }),
        /^unsupported_op: Conv2D "conv": attribute "strides" is \[1,-1,-1,1\]/,
      ],
      [
        "a stride of 0",
        graphFiles([conv({ strides: list([1, 0, 0, 1]) })], { kernel }),
        /"strides" is \[1,0,0,1\]/,
      ],
      [
        "a stride over batches",
        graphFiles([conv({ strides: list([2, 1, 1, 1]) })], { kernel }),
        /"strides" is \[2,1,1,1\]/,
      ],
      [
        "a stride of 2^31",
        graphFiles([conv({ strides: list([1, 2 ** 31, 2 ** 31, 1]) })], { kernel }),
        /"strides" holds 2147483648; it must hold whole numbers below 2\^31/,
      ],
      [
        "a stride of 1e308",
        graphFiles([conv({ strides: { list: { i: [1, 1e308, 1e308, 1] } } })], { kernel }),
        /"strides" holds 1e\+308/,
      ],
      ["no strides", graphFiles([conv({ strides: list([]) })], { kernel }), /"strides" is \[\]/],
      [
        "nine strides",
        graphFiles([conv({ strides: list(Array<number>(9).fill(1)) })], { kernel }),
        /"strides" is .*; it must be a list of at most 8/,
      ],
      [
        "a dilation of 2",
        graphFiles([conv({ dilations: list([1, 2, 2, 1]) })], { kernel }),
        /^unsupported_op: Conv2D "conv": attribute "dilations" is \[1,2,2,1\]/,
      ],
      [
        "a dilation of -1",
        graphFiles([conv({ dilations: list([1, -1, -1, 1]) })], { kernel }),
        /"dilations" is \[1,-1,-1,1\]/,
      ],
      [
        "margins of -1",
        graphFiles([conv(windowAttributes(1, [-1, 0, 0, 0]))], { kernel }),
        /"explicit_paddings" is \[0,0,-1,0,0,0,0,0\]/,
      ],
      [
        "margins of 257",
        graphFiles([conv(windowAttributes(1, [257, 0, 0, 0]))], { kernel }),
        /"explicit_paddings" is/,
      ],
      ["margins of 256", graphFiles([conv(windowAttributes(1, [256, 0, 0, 256]))], { kernel }), /^ran/],
      [
        "margins without EXPLICIT's list",
        graphFiles([conv({ padding: text("EXPLICIT") })], { kernel }),
        /"explicit_paddings" is \[\]/,
      ],
      [
        "SAME around a filter of 64×64",
        graphFiles([conv({}, ["input", "wide"])], { wide: weight(64, 64, 3, 1) }),
        /^ran/,
      ],
      [
        "a filter of 65×1",
        graphFiles([conv({}, ["input", "tall"])], { tall: weight(65, 1, 3, 1) }),
        /^unsupported_op: Conv2D "conv": its filter has the shape \[65,1,3,1\]/,
      ],
      [
        "a filter larger than the image",
        graphFiles([conv(windowAttributes(1, "VALID"), ["input", "wide"])], { wide: weight(64, 64, 3, 1) }),
        /^invalid_input: The model cannot take 16×16 pixels .*64×64 window.* to 64×64/,
      ],
      [
        "mirror padding of 256",
        graphFiles([one("MirrorPad", "input", "paddings")], {
          paddings: mirror(0, 0, 256, 256, 256, 256, 0, 0),
        }),
        /^invalid_input: .* cannot mirror 256 pixels of 16×16×3/,
      ],
      [
        "mirror padding of -1",
        graphFiles([one("MirrorPad", "input", "paddings")], { paddings: mirror(0, 0, -1, 0, 0, 0, 0, 0) }),
        /^unsupported_op: MirrorPad "y": its paddings are \[0,0,-1,0,0,0,0,0\]/,
      ],
      [
        "mirror padding of 2^31 - 1",
        graphFiles([one("MirrorPad", "input", "paddings")], {
          paddings: mirror(0, 0, 2 ** 31 - 1, 0, 0, 0, 0, 0),
        }),
        /its paddings are \[0,0,2147483647/,
      ],
      [
        "mirror padding of channels",
        graphFiles([one("MirrorPad", "input", "paddings")], { paddings: mirror(0, 0, 0, 0, 0, 0, 1, 1) }),
        /its paddings are \[0,0,0,0,0,0,1,1\]/,
      ],
      [
        "mirror padding as a flat list",
        graphFiles([one("MirrorPad", "input", "paddings")], { paddings: integers(0, 0, 1, 1, 1, 1, 0, 0) }),
        /its paddings have the shape \[8\]/,
      ],
      [
        "a size of 2^30",
        graphFiles([one("ResizeNearestNeighbor", "input", "size")], { size: integers(2 ** 30, 2 ** 30) }),
        /^invalid_model: The model fits no image size: .*1073741824×1073741824×3, beyond 32767/,
      ],
      [
        "a size of 0",
        graphFiles([one("ResizeNearestNeighbor", "input", "size")], { size: integers(0, 16) }),
        /^unsupported_op: ResizeNearestNeighbor "y": its size is \[0,16\]/,
      ],
      [
        "three sizes",
        graphFiles([one("ResizeNearestNeighbor", "input", "size")], { size: integers(32, 32, 32) }),
        /its size is \[32,32,32\]/,
      ],
      [
        "a size that shrinks",
        graphFiles([one("ResizeNearestNeighbor", "input", "size")], { size: integers(8, 8) }),
        /^unsupported_op: .*only whole factors/,
      ],
      [
        "a size multiplied beyond 2^31",
        graphFiles(
          [
            { name: "product", op: "Mul", input: ["size", "size"] },
            one("ResizeNearestNeighbor", "input", "product"),
          ],
          { size: integers(65_536, 65_536) },
        ),
        /^unsupported_op: Mul "product": its value \[4294967296,4294967296\] is no size/,
      ],
      [
        "a slice beyond the end",
        graphFiles(
          [
            { name: "shape", op: "Shape", input: ["input"] },
            { name: "part", op: "Slice", input: ["shape", "begin", "count"] },
            one("ResizeNearestNeighbor", "input", "part"),
          ],
          { begin: integers(1), count: integers(2 ** 31 - 1) },
        ),
        /^unsupported_op: Slice "part": it takes 2147483647 values from 1 on out of 4/,
      ],
      [
        "a slice from -1",
        graphFiles(
          [
            { name: "shape", op: "Shape", input: ["input"] },
            { name: "part", op: "Slice", input: ["shape", "begin", "count"] },
            one("ResizeNearestNeighbor", "input", "part"),
          ],
          { begin: integers(-1), count: integers(2) },
        ),
        /from -1 on out of 4/,
      ],
      [
        "a batch of 2",
        damaged((json) => {
          nodeOf(json, "Placeholder").attr.shape.shape.dim[0].size = "2";
        }),
        /^unsupported_op: Placeholder "input": attribute "shape" is \[2,-1,-1,3\]/,
      ],
      [
        "a side of 0",
        damaged((json) => {
          nodeOf(json, "Placeholder").attr.shape.shape.dim[1].size = "0";
        }),
        /"shape" is \[-1,0,-1,3\]/,
      ],
      [
        "a side of 2^31 - 1",
        damaged((json) => {
          nodeOf(json, "Placeholder").attr.shape.shape.dim[1].size = "2147483647";
        }),
        /^invalid_model: The model fits no image size: .*2147483647/,
      ],
      [
        "a million channels",
        damaged((json) => {
          nodeOf(json, "Placeholder").attr.shape.shape.dim[3].size = "1000000";
        }),
        /"shape" is \[-1,-1,-1,1000000\]/,
      ],
      [
        "a slope of 1e300",
        graphFiles([{ ...one("LeakyRelu", "input"), attr: { alpha: { f: 1e300 } } }]),
        /^unsupported_op: LeakyRelu "y": attribute "alpha" is 1e\+300; it must be a finite float32/,
      ],
      [
        "a slope of blank text",
        graphFiles([{ ...one("LeakyRelu", "input"), attr: { alpha: { f: " " } } }]),
        /"alpha" is {2}; it must be/,
      ],
      ["a slope of -2", graphFiles([{ ...one("LeakyRelu", "input"), attr: { alpha: { f: -2 } } }]), /^ran/],
      [
        "joining 63 images",
        graphFiles([one("ConcatV2", ...Array<string>(63).fill("input"), "axis")], {
          axis: { shape: [], values: Int32Array.of(3) },
        }),
        /^unsupported_op: ConcatV2 "y": it joins 63 images; two are supported/,
      ],
      [
        "joining nothing",
        graphFiles([one("ConcatV2", "axis")], { axis: { shape: [], values: Int32Array.of(3) } }),
        /^unsupported_op: ConcatV2 "y": attribute "N" is 0/,
      ],
    ],
  ],
  [
    "shapes that do not meet",
    [
      [
        "a filter of three sides",
        graphFiles([conv({}, ["input", "flat"])], { flat: weight(3, 3, 9) }),
        /^unsupported_op: Conv2D "conv": its filter has the shape \[3,3,9\]/,
      ],
      [
        "a filter for other channels",
        graphFiles([conv({}, ["input", "four"])], { four: weight(3, 3, 4, 3) }),
        /its filter reads 4 channels and the input has 3/,
      ],
      [
        "a depthwise filter that multiplies channels",
        graphFiles([{ ...conv(), op: "DepthwiseConv2dNative" }], { kernel }),
        /^unsupported_op: DepthwiseConv2dNative "conv": its filter has the shape \[3,3,3,3\]/,
      ],
      [
        "a bias for other channels",
        graphFiles([conv(), one("BiasAdd", "conv", "bias")], { kernel, bias: weight(4) }),
        /^unsupported_op: BiasAdd "y": its bias has the shape \[4\]; it must be \[3\]/,
      ],
      [
        "a sum of 3 and 4 channels",
        graphFiles([conv({}, ["input", "four"]), one("AddV2", "conv", "input")], {
          four: weight(3, 3, 3, 4),
        }),
        /^unsupported_op: AddV2 "y": it adds 4 to 3 channels/,
      ],
      [
        "a sum of two sizes",
        graphFiles([conv(windowAttributes(1, "VALID")), one("AddV2", "conv", "input")], { kernel }),
        /^invalid_model: The model fits no image size: "y" joins 254×254×3 and 256×256×3/,
      ],
      [
        "a transposed convolution to another size",
        graphFiles([transposed(2)], { kernel, size: integers(1, 64, 64, 3) }),
        /^unsupported_op: Conv2DBackpropInput "up": its paddings and strides do not lead from 256×256×3 to 64×64×3/,
      ],
      [
        "a transposed convolution to a batch of 2",
        graphFiles([transposed(2)], { kernel, size: integers(2, 32, 32, 3) }),
        /its output shape is \[2,32,32,3\]/,
      ],
      [
        "a transposed convolution to a negative size",
        graphFiles([transposed(1, "VALID")], { kernel, size: integers(1, -16, -16, 3) }),
        /its output shape is \[1,-16,-16,3\]/,
      ],
      [
        "a transposed convolution to a list of two",
        graphFiles([transposed(2)], { kernel, size: integers(32, 32) }),
        /its output shape is \[32,32\]/,
      ],
    ],
  ],
  [
    "weights",
    [
      [
        "a NaN",
        graphFiles([conv({}, ["input", "bad"])], { bad: floats([1, 1, 3, 1], 1, Number.NaN, 1) }),
        /^invalid_model: Weight "bad" holds NaN at 1; train and publish/,
      ],
      [
        "an infinity in a bias",
        graphFiles([conv(), one("BiasAdd", "conv", "bad")], {
          kernel,
          bad: floats([3], 0, 0, Number.NEGATIVE_INFINITY),
        }),
        /^invalid_model: Weight "bad" holds -Infinity at 2/,
      ],
      ["a NaN that nothing reads", graphFiles([conv()], { kernel, bad: floats([1], Number.NaN) }), /^ran/],
      [
        "a file cut short by one byte",
        { ...generator, weights: [generator.weights[0]!.slice(0, -1)] },
        /^invalid_model: Weight ".*" ends at byte \d+ of \d+; a weight file is cut short/,
      ],
      [
        "a file one byte too long",
        { ...generator, weights: [Uint8Array.of(...generator.weights[0]!, 0)] },
        /^invalid_model: The weight files hold \d+ bytes and model.json accounts for \d+/,
      ],
      ["no files", { ...generator, weights: [] }, /^invalid_model: .* 1 weight files and 0 were given/],
      [
        "a file too many",
        { ...generator, weights: [...generator.weights, new Uint8Array()] },
        /^invalid_model: model.json lists 1 weight files and 2 were given/,
      ],
      [
        "a scale of infinity",
        spelled('"scale":', '"scale":1e999,"old":'),
        /^invalid_model: Quantization of weight ".*", its scale, is Infinity; it must be a finite number/,
      ],
      [
        "a least value of infinity",
        spelled('"min":', '"min":-1e999,"old":'),
        /its min, is -Infinity; it must be a finite number/,
      ],
      [
        "a scale that overflows float32",
        spelled('"scale":', '"scale":1e300,"old":'),
        /^invalid_model: Weight ".*" holds Infinity at \d+/,
      ],
      [
        "a side of 0",
        damaged((json) => {
          json.weightsManifest[0].weights[0].shape[0] = 0;
        }),
        /^invalid_model: Weight ".*" has a side of 0; sides are whole numbers from 1/,
      ],
      [
        "a side of 2^31",
        damaged((json) => {
          json.weightsManifest[0].weights[0].shape[0] = 2 ** 31;
        }),
        /has a side of 2147483648/,
      ],
      [
        "a side of -1",
        damaged((json) => {
          json.weightsManifest[0].weights[0].shape[0] = -1;
        }),
        /has a side of -1/,
      ],
      [
        "sides whose product leaves 31 bits",
        damaged((json) => {
          json.weightsManifest[0].weights[0].shape = [2 ** 16, 2 ** 16];
        }),
        /^invalid_model: Weight ".*" ends at byte \d{10,11} of \d+/,
      ],
      [
        "sides whose product leaves 53 bits",
        damaged((json) => {
          json.weightsManifest[0].weights[0].shape = Array(4).fill(2 ** 24);
        }),
        /^invalid_model: Weight ".*" ends at byte \d\.\d+e\+\d\d of/,
      ],
      [
        "five sides",
        damaged((json) => {
          json.weightsManifest[0].weights[0].shape = [1, 1, 1, 1, 1];
        }),
        /^invalid_model: Shape of weight ".*" has 5 entries; at most 4/,
      ],
      [
        "two of one name",
        damaged((json) => {
          const { weights } = json.weightsManifest[0];
          weights[1].name = weights[0].name;
        }),
        /^invalid_model: Two weights are called/,
      ],
      [
        "a constant without values",
        damaged((json) => {
          json.weightsManifest[0].weights[0].name = "renamed";
        }),
        /^invalid_model: Const ".*" has no values in the weights manifest/,
      ],
      [
        "a thousand and more groups",
        damaged((json) => {
          json.weightsManifest = Array(2000).fill({ paths: [], weights: [] });
        }),
        /^invalid_model: weightsManifest has 2000 entries; at most 1024/,
      ],
    ],
  ],
  [
    "instance norms",
    [
      ["as it should be", normWith(floats([], 1e-5)), /^ran/],
      ["an epsilon of 0", normWith(floats([], 0)), /^unsupported_op: AddV2 "shifted": the epsilon .* is 0;/],
      ["a negative epsilon", normWith(floats([], -1)), /the epsilon .* is -1;/],
      [
        "an epsilon that is NaN",
        normWith(floats([], Number.NaN)),
        /^invalid_model: Weight "epsilon" holds NaN at 0/,
      ],
      ["two epsilons", normWith(floats([2], 1, 1)), /the epsilon .* has the shape \[2\]/],
      ["the smallest epsilon there is", normWith(floats([], 1e-45)), /^ran/],
      ["axes 1 and 2 from behind", normWith(floats([], 1e-5), integers(-3, -2)), /^ran/],
      [
        "axes over channels",
        normWith(floats([], 1e-5), integers(1, 3)),
        /^unsupported_op: Mul "norm": it is/,
      ],
      ["three axes", normWith(floats([], 1e-5), integers(1, 2, 3)), /^unsupported_op: Mul "norm"/],
      [
        "a mean that drops its axes",
        normWith(floats([], 1e-5), integers(1, 2), { name: "mean", op: "Mean", input: ["input", "axes"] }),
        /^unsupported_op: Mul "norm"/,
      ],
      [
        "a mean of something else",
        normWith(floats([], 1e-5), integers(1, 2), {
          name: "squares",
          op: "SquaredDifference",
          input: ["mean", "mean"],
        }),
        /^unsupported_op: Mul "norm"/,
      ],
    ],
  ],
  [
    "the document",
    [
      [
        "no bytes",
        { ...generator, model: new Uint8Array() },
        /^invalid_model: model.json is not JSON in UTF-8/,
      ],
      [
        "Latin-1",
        { ...generator, model: Uint8Array.from(generator.model, (byte) => (byte === 0x78 ? 0xe9 : byte)) },
        /^invalid_model: model.json is not JSON in UTF-8/,
      ],
      [
        "UTF-16",
        { ...generator, model: new Uint8Array(Uint16Array.from(generator.model).buffer) },
        /^invalid_model: model.json is not JSON/,
      ],
      [
        "a byte order mark",
        { ...generator, model: Uint8Array.of(0xef, 0xbb, 0xbf, ...generator.model) },
        /^ran/,
      ],
      [
        "brackets left open",
        { ...generator, model: new TextEncoder().encode("[".repeat(2 ** 20)) },
        /^invalid_model: model.json is not JSON/,
      ],
      [
        "a nested document",
        { ...generator, model: new TextEncoder().encode(nested(2 ** 20)) },
        /^invalid_model: model.json is a deeply nested list; it must be an object/,
      ],
      [
        "a nested format",
        spelled('"graph-model"', nested(100_000)),
        /^invalid_model: model.json has the format a deeply nested list/,
      ],
      [
        "a nested attribute",
        spelled('"strides":{"list":', `"strides":{"s":${nested(100_000)},"old":`),
        /^unsupported_op: Conv2D ".*": attribute "strides" is a deeply nested object; it must have a member/,
      ],
      [
        "more than is read",
        { ...generator, model: new Uint8Array(2 ** 23).fill(0x20) },
        /^invalid_model: model.json has 8388608 bytes; at most 4194304 are read/,
      ],
      [
        "keys that are prototypes'",
        spelled('"format"', '"__proto__":{"format":"layers-model"},"constructor":1,"format"'),
        /^ran/,
      ],
      [
        "a format that only a prototype has",
        spelled('"format"', '"__proto__":{"format":"graph-model"},"old"'),
        /^invalid_model: model.json has the format undefined/,
      ],
      [
        "a node called __proto__",
        graphFiles([
          { name: "__proto__", op: "Relu", input: ["input"] },
          { name: "y", op: "Tanh", input: ["__proto__"] },
        ]),
        /^ran/,
      ],
      ["an op called __proto__", graphFiles([one("__proto__", "input")]), /^unsupported_op: __proto__ "y"/],
      ["an op called toString", graphFiles([one("toString", "input")]), /^unsupported_op: toString "y"/],
      ["an attribute called __proto__", spelled('"attr":{', '"attr":{"__proto__":{},'), /^ran/],
      [
        "an attribute called constructor",
        spelled('"attr":{', '"attr":{"constructor":{},'),
        /^unsupported_op: .*: attribute "constructor" is not supported/,
      ],
      [
        "a name with an escape sequence",
        graphFiles([{ name: "\u001b[2J", op: "Relu", input: ["input"] }]),
        /^invalid_model: A node's name is �\[2J; it must be/,
      ],
      [
        "a name of 300 characters",
        graphFiles([{ name: "x".repeat(300), op: "Relu", input: ["input"] }]),
        /^invalid_model: A node's name is x{77}…; it must be a text of 1 to 256/,
      ],
      [
        "a manifest that is text",
        damaged((json) => {
          json.weightsManifest = "weights";
        }),
        /^invalid_model: weightsManifest is weights; it must be a list/,
      ],
      [
        "nodes that are text",
        damaged((json) => {
          json.modelTopology.node = Array(5).fill("node");
        }),
        /^invalid_model: A node is node; it must be an object/,
      ],
      [
        "ten thousand outputs",
        damaged((json) => {
          json.signature = {
            outputs: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [i, { name: "input" }])),
          };
        }),
        /^invalid_model: The model has 10000 outputs; it must have exactly one/,
      ],
    ],
  ],
] as [string, Cases][])("%s", (_, cases) => {
  test.each(cases)("%s", async (_, files, expected) => {
    expect(await outcome(files)).toMatch(expected);
  });
});
