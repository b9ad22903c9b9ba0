import { createRandom } from "@unpaired/core";
import { expect, test } from "vitest";
import { EngineError } from "./errors.ts";
import type { FloatConstant } from "./graph-model/constant.ts";
import { readEngineBinaries } from "./node.ts";
import { MAX_MEMORY_BUDGET_BYTES } from "./plan/budget.ts";
import { weightedKernel } from "./plan/choose-kernel.ts";
import { MAX_SIDE } from "./plan/infer-shapes.ts";
import { scratchBytes } from "./plan/scratch.ts";
import { type Shape, tensorBytes } from "./plan/shape.ts";
import { type ConvLayer, NO_ACTIVATION, type TransposedConvLayer } from "./recognise/layers.ts";
import { buildFor } from "./runtime/build.ts";
import { instantiateKernels } from "./runtime/instance.ts";

const kernels = await instantiateKernels(await readEngineBinaries(), buildFor("integer"));
const budgetBytes = MAX_MEMORY_BUDGET_BYTES;

interface Drawn {
  readonly layer: ConvLayer | TransposedConvLayer;
  readonly input: Shape;
  readonly output: Shape;
}

/** A layer as large as the planner lets them be, or nothing where it would have been refused before. */
function draw(seed: number): Drawn | undefined {
  const random = createRandom(seed);
  // Small and large numbers as often as each other.
  const upTo = (most: number) => Math.max(1, Math.round(most ** random.uniform()));
  const eights = (channels: number) => (random.integer(2) === 0 ? channels : Math.max(8, channels & -8));
  const [kernelHeight, kernelWidth] = [upTo(64), upTo(64)];
  const stride = random.integer(2) === 0 ? 1 : upTo(16);
  const [channelsIn, channelsOut] = [eights(upTo(65_536)), eights(upTo(65_536))];
  const input = { height: upTo(MAX_SIDE), width: upTo(MAX_SIDE), channels: channelsIn };
  const [top, bottom, left, right] = [0, 1, 2, 3].map(() => [0, 0, 1, upTo(256), 256][random.integer(5)]!);
  const margins = { top: top!, bottom: bottom!, left: left!, right: right! };
  const transposed = random.integer(2) === 0;
  const side = (length: number, kernel: number, around: number) =>
    transposed
      ? (length - 1) * stride + kernel - around
      : Math.floor((length + around - kernel) / stride) + 1;
  const output = {
    height: side(input.height, kernelHeight, margins.top + margins.bottom),
    width: side(input.width, kernelWidth, margins.left + margins.right),
    channels: channelsOut,
  };
  const length = kernelHeight * kernelWidth * channelsIn * channelsOut;
  const sides = [output.height, output.width];
  if (4 * length > 2 ** 27 || sides.some((pixels) => pixels < 1 || pixels > MAX_SIDE)) return undefined;
  if (Math.max(tensorBytes(input), tensorBytes(output)) > budgetBytes) return undefined;
  const channels = transposed ? [channelsOut, channelsIn] : [channelsIn, channelsOut];
  const filter: FloatConstant = {
    dtype: "float32",
    name: "filter",
    shape: [kernelHeight, kernelWidth, ...channels],
    length,
    decode: () => new Float32Array(),
  };
  const common = { name: "layer", inputs: [0], output: 1, filter, bias: undefined, stride };
  const layer: Drawn["layer"] = transposed
    ? {
        ...common,
        kind: "transposedConv",
        op: "Conv2DBackpropInput",
        margins,
        sizes: 0,
        activation: NO_ACTIVATION,
      }
    : { ...common, kind: "conv", op: "Conv2D", padding: margins, border: "zero", activation: NO_ACTIVATION };
  return { layer, input, output };
}

/** What the scratch of a layer holds at least, in numbers that do not wrap. */
function leastBytes({ layer, input, output }: Drawn, kernel: string): number {
  const [kernelHeight, kernelWidth] = layer.filter.shape as [number, number];
  const { channels } = input;
  const span = (pixels: number, size: number) => (pixels - 1) * layer.stride + size;
  const spans = span(output.height, kernelHeight) * span(output.width, kernelWidth) * channels;
  const reached = (pixels: number, size: number, before: number) =>
    Math.floor((pixels - 1 + before) / layer.stride) - Math.ceil((before - size + 1) / layer.stride) + 1;
  switch (kernel) {
    case "integerConv2d":
      return 2 * spans;
    case "winogradConv2d":
      return 72 * channels * output.channels;
    case "integerTransposedConv2d": {
      const { top, left } = (layer as TransposedConvLayer).margins;
      return (
        2 * channels * reached(output.height, kernelHeight, top) * reached(output.width, kernelWidth, left)
      );
    }
    case "conv2d":
      return channels < 8 ? 4 * spans : 4 * kernelWidth * channels;
    default:
      return 4 * kernelWidth * channels;
  }
}

test.each(["integer", "float"] as const)("no size of scratch wraps around 2^31, %s", (arithmetic) => {
  const seen = new Map<string, number>();
  for (let seed = 0; seed < 60_000; seed++) {
    const drawn = draw(seed);
    if (!drawn) continue;
    const { layer, input, output } = drawn;
    const margins =
      layer.kind === "transposedConv" ? layer.margins : (layer.padding as { top: number; left: number });
    const { top, left } = margins;
    const kernel = weightedKernel(layer, arithmetic);
    let bytes: number;
    try {
      bytes = scratchBytes(
        layer,
        [input],
        { shape: output, top, left },
        { kernels, arithmetic, budgetBytes },
      );
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      expect(error.code).toBe("memory_budget_exceeded");
      seen.set("refused", (seen.get("refused") ?? 0) + 1);
      continue;
    }
    seen.set(kernel, (seen.get(kernel) ?? 0) + 1);
    if (!(bytes >= leastBytes(drawn, kernel) && bytes <= budgetBytes)) {
      throw new Error(`${kernel}, seed ${seed}: ${bytes} bytes of scratch for ${JSON.stringify(drawn)}.`);
    }
  }
  const kernelsSeen =
    arithmetic === "float"
      ? ["conv2d", "transposedConv2d"]
      : ["integerConv2d", "integerTransposedConv2d", "winogradConv2d"];
  for (const kernel of [...kernelsSeen, "refused"]) expect(seen.get(kernel)).toBeGreaterThan(0);
});
