import type { ConvLayer, Layer, TransposedConvLayer } from "../recognise/layers.ts";
import type { KernelSizes } from "../runtime/kernels.ts";
import type { Arithmetic } from "../session-types.ts";
import { createBudgetError } from "./budget.ts";
import { weightedKernel } from "./choose-kernel.ts";
import type { Inferred } from "./infer-layer.ts";
import { align } from "./place-buffers.ts";
import type { Shape } from "./shape.ts";

interface ScratchContext {
  readonly kernels: KernelSizes;
  readonly arithmetic: Arithmetic;
  readonly budgetBytes: number;
}

/**
 * Bytes a layer's kernel needs beside its tensors.
 *
 * @throws EngineError `memory_budget_exceeded` when they cannot fit, before the kernels' 32-bit arithmetic is asked
 */
export function scratchBytes(
  layer: Layer,
  inputs: readonly Shape[],
  inferred: Inferred,
  context: ScratchContext,
): number {
  switch (layer.kind) {
    case "conv":
    case "depthwiseConv":
    case "transposedConv":
      return weightedScratchBytes(layer, inputs[0]!, inferred, context);
    case "norm":
      return 2 * statisticsBytes(inputs[0]!.channels);
    default:
      return 0;
  }
}

function weightedScratchBytes(
  layer: ConvLayer | TransposedConvLayer,
  { channels }: Shape,
  { shape, top, left }: Inferred,
  { kernels, arithmetic, budgetBytes }: ScratchContext,
): number {
  const [height, width] = layer.filter.shape as [number, number];
  const { stride } = layer;
  const bounded = (atMost: number, exact: () => number): number => {
    if (atMost > budgetBytes) throw createBudgetError(atMost, budgetBytes);
    return exact();
  };
  const spanHeight = (shape.height - 1) * stride + height;
  const spanWidth = (shape.width - 1) * stride + width;
  const kernel = weightedKernel(layer, arithmetic);
  switch (kernel) {
    case "conv2d":
    case "depthwiseConv2d": {
      // Few input channels are copied with their border; more are not.
      const atMost = 4 * channels * (channels < 16 ? spanHeight * spanWidth : spanWidth);
      return bounded(atMost, () =>
        kernels.conv2dScratchBytes(height, width, channels, stride, shape.height, shape.width),
      );
    }
    case "depthwise3x3":
      return kernels.depthwise3x3ScratchBytes(channels);
    case "transposedConv2d":
      return kernels.transposedConv2dScratchBytes(height, width, channels);
    case "integerConv2d":
      return bounded(2 * channels * spanHeight * spanWidth, () =>
        kernels.integerConv2dScratchBytes(height, width, channels, stride, shape.height, shape.width),
      );
    case "integerTransposedConv2d": {
      // An output phase reads as many inputs as it has outputs, its taps beyond them, and what the margins skip.
      const rows = (shape.height + top) / stride + 2 * height + 2;
      const columns = (shape.width + left) / stride + 2 * width + 2;
      const atMost = 2 * channels * rows * columns;
      return bounded(atMost, () =>
        kernels.integerTransposedConv2dScratchBytes(
          height,
          width,
          channels,
          stride,
          top,
          left,
          shape.height,
          shape.width,
        ),
      );
    }
    case "winogradConv2d":
      return bounded(72 * channels * shape.channels, () =>
        kernels.winogradConv2dScratchBytes(channels, shape.channels, shape.height, shape.width),
      );
  }
}

/** Room for one statistic (mean or reciprocal deviation) of every channel. */
export function statisticsBytes(channels: number): number {
  return align(4 * channels);
}
