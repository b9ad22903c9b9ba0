import { setBackend } from "@tensorflow/tfjs-core";
import {
  mobileResnetGenerator,
  type NetworkSpec,
  patchDiscriminator,
  resnetGenerator,
  unetGenerator,
} from "@unpaired/core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { createSession } from "./index.ts";
import type { ImageTensor, ModelFiles } from "./session-types.ts";
import { everyBuild } from "./testing/builds.ts";
import {
  graphFiles,
  integers,
  type JsonConstant,
  type JsonNode,
  text,
  weight,
  windowAttributes,
} from "./testing/graph-files.ts";
import { largestDifference, noiseImage, publish } from "./testing/models.ts";
import { randomNetwork } from "./testing/random-network.ts";
import { loadStock, runStock } from "./testing/stock-tfjs.ts";

const builds = await everyBuild();
beforeAll(() => setBackend("cpu"));

interface Difference {
  /** Of float arithmetic, in either build. */
  readonly float: number;
  /** Of integer arithmetic, in multiples of the output's largest magnitude. */
  readonly integer: { readonly mean: number; readonly largest: number };
}

/** How far the engine is from stock tfjs on its plain backend, over several images. */
async function difference(files: ModelFiles, images: readonly ImageTensor[]): Promise<Difference> {
  const stock = await loadStock(files);
  const floats = await Promise.all(
    builds.map(([, binaries]) => createSession(files, { binaries, arithmetic: "float" })),
  );
  const [, binaries] = builds[0]!;
  const integers = await createSession(files, { binaries, arithmetic: "integer" });
  let float = 0;
  const integer = { mean: 0, largest: 0 };
  for (const image of images) {
    const expected = await runStock(stock, image);
    for (const session of floats) {
      float = Math.max(float, largestDifference(await session.run(image), expected));
    }
    const actual = await integers.run(image);
    const scale = Math.max(...expected.data.map(Math.abs));
    integer.largest = Math.max(integer.largest, largestDifference(actual, expected) / scale);
    const sum = actual.data.reduce((total, y, index) => total + Math.abs(y - expected.data[index]!), 0);
    integer.mean = Math.max(integer.mean, sum / actual.data.length / scale);
  }
  for (const session of [...floats, integers]) session.dispose();
  stock.dispose();
  return { float, integer };
}

/** Fails unless floats are that close, and integers as close as 16-bit levels allow. */
function expectClose(
  { float, integer }: Difference,
  { most = 1e-4, integerMean = 0.003, integerLargest = 0.03 } = {},
): void {
  expect(float).toBeLessThan(most);
  expect(integer.largest).toBeLessThan(integerLargest);
  expect(integer.mean).toBeLessThan(integerMean);
}

test("both builds are among those compared", () => {
  expect(builds.map(([name]) => name)).toEqual(["simd", "relaxed-simd"]);
});

describe("every builder, at sizes whose quarters are odd and even", () => {
  const networks: NetworkSpec[] = [
    ...[2, 6, 16].map((filters) => resnetGenerator({ filters, blocks: 1 })),
    resnetGenerator({ filters: 4, blocks: 9 }),
    resnetGenerator({ filters: 6, blocks: 2, upsampling: "resize" }),
    resnetGenerator({ filters: 4, blocks: 1, inputChannels: 1, outputChannels: 1 }),
    mobileResnetGenerator({ filters: 2, blocks: 1 }),
    mobileResnetGenerator({ filters: 10, blocks: 3, upsampling: "resize" }),
    mobileResnetGenerator({ filters: 4, blocks: 9 }),
  ];
  test.each(networks.map((spec) => [`${spec.name}, ${spec.inputChannels} channels`, spec] as const))(
    "%s",
    async (_, spec) => {
      const images = [
        [20, 28],
        [28, 16],
        [32, 40],
      ].map(([width, height]) => noiseImage(width!, height!, spec.inputChannels));
      expectClose(await difference(publish(spec), images));
    },
  );

  test.each([
    unetGenerator({ depth: 5, filters: 4 }),
    unetGenerator({ depth: 6, filters: 2, norm: "instance", inputChannels: 1 }),
    resnetGenerator({ filters: 4, blocks: 2, norm: "batch" }),
    mobileResnetGenerator({ filters: 4, blocks: 2, norm: "batch", outputChannels: 1 }),
    resnetGenerator({ filters: 4, blocks: 1, norm: "none" }),
  ])("$name, $inputChannels channels, of other norms and shapes", async (spec) => {
    const images = [
      [64, 64],
      [128, 64],
    ].map(([width, height]) => noiseImage(width!, height!, spec.inputChannels));
    expectClose(await difference(publish(spec), images));
  });

  test.each([
    [1, 3],
    [3, 3],
    [3, 1],
    [5, 2],
  ] as const)("PatchGAN of %d layers, any side", async (layers, filters) => {
    const spec = patchDiscriminator({ filters, layers });
    const least = spec.minimumSide;
    const images = [
      noiseImage(least, least),
      noiseImage(least + 1, least + 5),
      noiseImage(least + 6, least + 3),
    ];
    // Norms over the handful of pixels that are left amplify whatever is rounded.
    expectClose(await difference(publish(spec), images), { integerMean: 0.15, integerLargest: 0.15 });
  });
});

describe.each(["uint8", "uint16", "float16", "float32"] as const)("%s weights", (quantization) => {
  test.each([
    resnetGenerator({ filters: 4, blocks: 1 }),
    mobileResnetGenerator({ filters: 4, blocks: 1 }),
    patchDiscriminator({ filters: 2, layers: 2 }),
  ])("$name", async (spec) => {
    // Small shards, so that tensors lie across their borders.
    const files = publish(spec, { quantization, shardBytes: 777 });
    expectClose(await difference(files, [noiseImage(24, 20)]));
  });
});

test("any network of any of the layers", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomNetwork, async ({ spec, width, height }) => {
      const image = noiseImage(width, height, spec.inputChannels);
      expectClose(await difference(publish(spec), [image]));
    }),
    { numRuns: 80, seed: 2 },
  );
});

describe("graphs that other exporters write", () => {
  const kernel = weight(3, 3, 3, 5);
  const window = (
    op: string,
    input: string[],
    stride: number,
    padding: Parameters<typeof windowAttributes>[1],
  ) => ({
    name: "y",
    op,
    input,
    attr: windowAttributes(stride, padding),
  });
  const paddings: JsonConstant = { shape: [4, 2], values: Int32Array.of(0, 0, 2, 1, 0, 3, 0, 0) };
  const sizes = (factor: number, channels: number): JsonNode[] => [
    { name: "shape", op: "Shape", input: ["input"], attr: { T: { type: "DT_FLOAT" } } },
    { name: "sides", op: "Slice", input: ["shape", "zero", "three"], attr: { T: { type: "DT_INT32" } } },
    { name: "grown", op: "Mul", input: ["sides", `factors${factor}`], attr: { T: { type: "DT_INT32" } } },
    {
      name: "sizes",
      op: "ConcatV2",
      input: ["grown", `channels${channels}`, "axis0"],
      attr: { N: { i: "2" } },
    },
  ];
  const sizeConstants = {
    zero: integers(0),
    three: integers(3),
    factors2: integers(1, 2, 2),
    factors3: integers(1, 3, 3),
    channels5: integers(5),
    axis0: { shape: [], values: Int32Array.of(0) },
    axis3: { shape: [], values: Int32Array.of(3) },
  };
  const gradient = { name: "y", op: "Conv2DBackpropInput", input: ["sizes", "kernel", "input"] };
  const cases: [string, JsonNode[], Record<string, JsonConstant>][] = [
    ["SAME, stride 1", [window("Conv2D", ["input", "kernel"], 1, "SAME")], { kernel }],
    ["SAME, stride 2", [window("Conv2D", ["input", "kernel"], 2, "SAME")], { kernel }],
    [
      "SAME, stride 3, even kernel",
      [window("Conv2D", ["input", "kernel"], 3, "SAME")],
      { kernel: weight(4, 2, 3, 5) },
    ],
    ["VALID, stride 2", [window("Conv2D", ["input", "kernel"], 2, "VALID")], { kernel }],
    [
      "margins that differ on every side",
      [window("Conv2D", ["input", "kernel"], 1, [2, 1, 0, 3])],
      { kernel },
    ],
    ["a 1×7 window", [window("Conv2D", ["input", "kernel"], 1, "SAME")], { kernel: weight(1, 7, 3, 4) }],
    [
      "depthwise, SAME, stride 2",
      [window("DepthwiseConv2dNative", ["input", "kernel"], 2, "SAME")],
      { kernel: weight(5, 3, 3, 1) },
    ],
    [
      "mirror padding by itself",
      [{ name: "y", op: "MirrorPad", input: ["input", "paddings"], attr: { mode: text("REFLECT") } }],
      { paddings },
    ],
    [
      "mirror padding that two layers read",
      [
        { name: "p", op: "MirrorPad", input: ["input", "paddings"], attr: { mode: text("REFLECT") } },
        { ...window("Conv2D", ["p", "kernel"], 1, "SAME"), name: "a" },
        { ...window("Conv2D", ["p", "kernel"], 1, "SAME"), name: "b" },
        { name: "y", op: "ConcatV2", input: ["a", "b", "axis3"], attr: { N: { i: "2" } } },
      ],
      { paddings, kernel, axis3: sizeConstants.axis3 },
    ],
    [
      "a transposed convolution, SAME, stride 2",
      [...sizes(2, 5), { ...gradient, attr: windowAttributes(2, "SAME") }],
      { ...sizeConstants, kernel: weight(3, 3, 5, 3) },
    ],
    [
      "a transposed convolution, 4×4, stride 2, padding 1",
      [...sizes(2, 5), { ...gradient, attr: windowAttributes(2, [1, 1, 1, 1]) }],
      { ...sizeConstants, kernel: weight(4, 4, 5, 3) },
    ],
    [
      "a transposed convolution, 2×2, stride 3, SAME: pixels that no input reaches",
      [...sizes(3, 5), { ...gradient, attr: windowAttributes(3, "SAME") }],
      { ...sizeConstants, kernel: weight(2, 2, 5, 3) },
    ],
    [
      "each activation by itself",
      [
        { name: "a", op: "Sigmoid", input: ["input"] },
        { name: "b", op: "LeakyRelu", input: ["a"], attr: { alpha: { f: 0.3 } } },
        { name: "c", op: "Tanh", input: ["input"] },
        { name: "d", op: "AddV2", input: ["b", "c"] },
        { name: "e", op: "LeakyRelu", input: ["input"], attr: { alpha: { f: -0.5 } } },
        { name: "f", op: "AddV2", input: ["d", "e"] },
        { name: "g", op: "Relu", input: ["input"] },
        { name: "y", op: "AddV2", input: ["f", "g"] },
      ],
      {},
    ],
    ["an image added to itself", [{ name: "y", op: "AddV2", input: ["input", "input"] }], {}],
  ];
  test.each(cases)("%s", async (_, nodes, constants) => {
    const used = new Set(nodes.flatMap(({ input = [] }) => input));
    const needed = Object.fromEntries(Object.entries(constants).filter(([name]) => used.has(name)));
    const images = [noiseImage(9, 7), noiseImage(16, 12), noiseImage(5, 4)];
    expectClose(await difference(graphFiles(nodes, needed), images), { most: 1e-5 });
  });
});
