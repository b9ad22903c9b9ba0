import type { Layer } from "../recognise/layers.ts";
import type { KernelSizes } from "../runtime/kernels.ts";
import { createBudgetError } from "./budget.ts";
import type { Inferred } from "./infer-layer.ts";
import { align } from "./place-buffers.ts";
import type { Shape } from "./shape.ts";

/**
 * Bytes a layer's kernel needs beside its tensors.
 *
 * @throws EngineError `memory_budget_exceeded` when they cannot fit, before the kernels' 32-bit arithmetic is asked
 */
export function scratchBytes(
  layer: Layer,
  inputs: readonly Shape[],
  { shape }: Inferred,
  kernels: KernelSizes,
  budgetBytes: number,
): number {
  const { channels } = inputs[0]!;
  switch (layer.kind) {
    case "conv":
    case "depthwiseConv": {
      const [height, width] = layer.filter.shape as [number, number];
      const spanHeight = (shape.height - 1) * layer.stride + height;
      const spanWidth = (shape.width - 1) * layer.stride + width;
      // Few input channels are copied with their border; more are not.
      const atMost = 4 * channels * (channels < 16 ? spanHeight * spanWidth : spanWidth);
      if (atMost > budgetBytes) throw createBudgetError(atMost, budgetBytes);
      return kernels.conv2dScratchBytes(height, width, channels, layer.stride, shape.height, shape.width);
    }
    case "transposedConv": {
      const [height, width] = layer.filter.shape as [number, number];
      return kernels.transposedConv2dScratchBytes(height, width, channels);
    }
    case "norm":
      return 2 * statisticsBytes(channels);
    default:
      return 0;
  }
}

/** Room for one statistic (mean or reciprocal deviation) of every channel. */
export function statisticsBytes(channels: number): number {
  return align(4 * channels);
}
