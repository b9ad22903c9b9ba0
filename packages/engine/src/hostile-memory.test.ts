import { mobileResnetGenerator, patchDiscriminator, resnetGenerator, unetGenerator } from "@unpaired/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSession } from "./index.ts";
import { readEngineBinaries } from "./node.ts";
import type { EngineBinaries } from "./runtime/build.ts";
import { KERNEL_NAMES } from "./runtime/kernels.ts";
import type { Arithmetic, EngineBuild, ImageTensor, ModelFiles } from "./session-types.ts";
import { everyBuild } from "./testing/builds.ts";
import { forSize } from "./testing/for-size.ts";
import { graphFiles, type JsonNode, weight, windowAttributes } from "./testing/graph-files.ts";
import { type GuardedKernels, guardBuild } from "./testing/guard/guarded-kernels.ts";
import { runGuarded } from "./testing/guard/guarded-run.ts";
import { kernelModels } from "./testing/kernel-models.ts";
import { noiseImage, publish } from "./testing/models.ts";
import { randomNetwork } from "./testing/random-network.ts";

const { simd, relaxedSimd } = await readEngineBinaries();
const binaryOf = { simd, "relaxed-simd": relaxedSimd };
const called = new Set<string>();

/** Every way a session runs here: integers on the plain build, floats on both. */
const ways: {
  arithmetic: Arithmetic;
  binaries: EngineBinaries;
  instantiate: () => Promise<GuardedKernels>;
}[] = [];
for (const [build, binaries] of await everyBuild()) {
  const instantiate = await guardBuild(binaryOf[build as EngineBuild] as Uint8Array);
  ways.push({ arithmetic: "float", binaries, instantiate });
  if (build === "simd") ways.push({ arithmetic: "integer", binaries, instantiate });
}

/** Runs a model guarded in every way and holds its output against a session's, bit by bit. */
async function expectToStayInside(files: ModelFiles, image: ImageTensor): Promise<void> {
  for (const { arithmetic, binaries, instantiate } of ways) {
    const session = await createSession(files, { binaries, arithmetic });
    const expected = await session.run(image);
    session.dispose();
    const budgetBytes = 2 ** 26;
    const { output, calls } = await runGuarded(files, image, instantiate, { arithmetic, budgetBytes });
    expect(new Int32Array(output.data.buffer)).toEqual(new Int32Array(expected.data.buffer));
    for (const kernel of calls.keys()) called.add(kernel);
  }
}

test.each([
  resnetGenerator({ filters: 6, blocks: 1 }),
  mobileResnetGenerator({ filters: 4, blocks: 1 }),
  mobileResnetGenerator({ filters: 10, blocks: 1, upsampling: "resize" }),
  patchDiscriminator({ filters: 3, layers: 1 }),
  unetGenerator({ depth: 5, filters: 2 }),
])("$name: kernels stay inside their own tensors, weights and scratch", async (spec) => {
  const side = Math.max(12, spec.minimumSide);
  await expectToStayInside(publish(spec), noiseImage(side, side, spec.inputChannels));
});

test("drawn networks at drawn sizes stay inside", async () => {
  await fc.assert(
    fc.asyncProperty(randomNetwork, ({ spec, width, height }) =>
      expectToStayInside(publish(spec), noiseImage(width, height, spec.inputChannels)),
    ),
    { numRuns: 60 },
  );
});

const window = fc.record({
  kernelHeight: fc.integer({ min: 1, max: 9 }),
  kernelWidth: fc.integer({ min: 1, max: 9 }),
  stride: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 5 })),
  channelsIn: fc.integer({ min: 1, max: 18 }),
  channelsOut: fc.integer({ min: 1, max: 18 }),
  margins: fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9), fc.nat(9)),
  same: fc.boolean(),
  width: fc.integer({ min: 9, max: 21 }),
  height: fc.integer({ min: 9, max: 21 }),
});

test("a convolution of any window, stride and margins stays inside", async () => {
  await fc.assert(
    fc.asyncProperty(window, async (drawn) => {
      const { kernelHeight, kernelWidth, stride, channelsIn, channelsOut, margins, same, width, height } =
        drawn;
      const attr = windowAttributes(stride, same ? "SAME" : margins);
      const nodes: JsonNode[] = [{ name: "y", op: "Conv2D", input: ["input", "kernel"], attr }];
      const kernel = weight(kernelHeight, kernelWidth, channelsIn, channelsOut);
      const files = graphFiles(nodes, { kernel }, { channels: channelsIn });
      await expectToStayInside(files, noiseImage(width, height, channelsIn));
    }),
    { numRuns: 60 },
  );
});

test("a transposed convolution of any window, stride and margins stays inside", async () => {
  await fc.assert(
    fc.asyncProperty(window, fc.nat(4), async (drawn, more) => {
      const { kernelHeight, kernelWidth, stride, channelsIn, channelsOut, margins, width, height } = drawn;
      const [top, bottom, left, right] = margins;
      // Any output from which the convolution leads back to the input's size.
      const side = (length: number, kernel: number, before: number, behind: number) =>
        (length - 1) * stride + kernel - before - behind + Math.min(more, stride - 1);
      const toHeight = side(height, kernelHeight, top, bottom);
      const toWidth = side(width, kernelWidth, left, right);
      fc.pre(toHeight > 0 && toWidth > 0);
      const nodes: JsonNode[] = [
        {
          name: "y",
          op: "Conv2DBackpropInput",
          input: ["size", "kernel", "input"],
          attr: windowAttributes(stride, margins),
        },
      ];
      const kernel = weight(kernelHeight, kernelWidth, channelsOut, channelsIn);
      const size = { shape: [4], values: Int32Array.of(1, toHeight, toWidth, channelsOut) };
      const files = graphFiles(nodes, { kernel, size }, { channels: channelsIn });
      await expectToStayInside(forSize(files, { width, height }), noiseImage(width, height, channelsIn));
    }),
    { numRuns: 60 },
  );
});

test.each(kernelModels.map(({ kernels, files }) => [kernels[0]!, files] as const))(
  "%s stays inside by itself",
  async (_, files) => {
    await expectToStayInside(files, noiseImage(12, 8));
  },
);

test("more tiles than are worked on together stay inside", async () => {
  const nodes: JsonNode[] = [
    { name: "y", op: "Conv2D", input: ["input", "kernel"], attr: windowAttributes(1, "SAME") },
  ];
  const files = graphFiles(nodes, { kernel: weight(3, 3, 64, 64) }, { channels: 64 });
  await expectToStayInside(files, noiseImage(41, 34, 64));
});

test("every kernel was watched", () => {
  expect([...called].filter((name) => !name.startsWith("pack")).sort()).toEqual([...KERNEL_NAMES].sort());
});
