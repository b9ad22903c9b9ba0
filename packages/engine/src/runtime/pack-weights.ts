import { createBudgetError } from "../plan/budget.ts";
import { weightedKernel } from "../plan/choose-kernel.ts";
import { align } from "../plan/place-buffers.ts";
import type { ConvLayer, Layer, TransposedConvLayer } from "../recognise/layers.ts";
import type { Program } from "../recognise/recognise.ts";
import type { Arithmetic } from "../session-types.ts";
import { ensureMemory } from "./instance.ts";
import { type KernelSizes, type Kernels, WINOGRAD_PACKING_ROOM_BYTES } from "./kernels.ts";
import { PAGE_BYTES } from "./webassembly.ts";

/** Where the packed weights of each layer lie, by the position of the layer's output. */
export interface PackedWeights {
  readonly addresses: ReadonlyMap<number, number>;
  readonly bytes: ReadonlyMap<number, number>;
  /** First byte; what lies below belongs to the kernels themselves. */
  readonly begin: number;
  /** First byte behind the weights. */
  readonly end: number;
}

/**
 * Decodes every layer's weights and packs them as its kernel reads them, once for all input sizes.
 *
 * @throws EngineError `memory_budget_exceeded` before anything is allocated, `invalid_model` for weights that are not finite
 */
export function packWeights(
  program: Program,
  kernels: Kernels,
  { arithmetic, budgetBytes }: { readonly arithmetic: Arithmetic; readonly budgetBytes: number },
): PackedWeights {
  const weighted = [...program.layers.values()].filter(isWeighted);
  const addresses = new Map<number, number>();
  const bytes = new Map<number, number>();
  const begin = PAGE_BYTES;
  let end = begin;
  let unpacked = 0;
  for (const layer of weighted) {
    const packed = packedBytes(layer, kernels, { arithmetic, budgetBytes });
    addresses.set(layer.output, end);
    bytes.set(layer.output, packed);
    end += align(packed);
    const [filter, bias] = [layer.filter.length, layer.bias?.length ?? 0];
    unpacked = Math.max(unpacked, align(4 * filter) + align(4 * bias) + WINOGRAD_PACKING_ROOM_BYTES);
    if (end > budgetBytes) throw createBudgetError(end, budgetBytes);
  }
  ensureMemory(kernels, end + unpacked, budgetBytes);
  for (const layer of weighted) {
    pack(layer, kernels, { arithmetic, packed: addresses.get(layer.output)!, free: end });
  }
  return { addresses, bytes, begin, end };
}

function isWeighted(layer: Layer): layer is ConvLayer | TransposedConvLayer {
  return "filter" in layer;
}

function packedBytes(
  layer: ConvLayer | TransposedConvLayer,
  kernels: KernelSizes,
  { arithmetic, budgetBytes }: { readonly arithmetic: Arithmetic; readonly budgetBytes: number },
): number {
  // Packing rounds channels up to eight; beyond this the kernels' 32-bit sizes would not hold.
  const atLeast = 4 * layer.filter.length;
  if (atLeast > budgetBytes || atLeast > 2 ** 27)
    throw createBudgetError(atLeast, Math.min(budgetBytes, 2 ** 27));
  const [height, width, third, fourth] = layer.filter.shape as [number, number, number, number];
  switch (weightedKernel(layer, arithmetic)) {
    case "conv2d":
      return kernels.packedConv2dBytes(height, width, third, fourth);
    case "depthwise3x3":
    case "depthwiseConv2d":
      return kernels.packedDepthwiseConv2dBytes(height, width, third);
    case "transposedConv2d":
      return kernels.packedTransposedConv2dBytes(height, width, fourth, third, layer.stride);
    case "integerConv2d":
      return kernels.packedIntegerConv2dBytes(height, width, third, fourth);
    case "integerTransposedConv2d":
      return kernels.packedIntegerTransposedConv2dBytes(height, width, fourth, third, layer.stride);
    case "winogradConv2d":
      return kernels.packedWinogradConv2dBytes(third, fourth);
  }
}

/** Lends the memory from `free` on to the weights as they were, and packs them to `packed`. */
function pack(
  layer: ConvLayer | TransposedConvLayer,
  kernels: Kernels,
  { arithmetic, packed, free }: { arithmetic: Arithmetic; packed: number; free: number },
): void {
  const { filter, bias } = layer;
  new Float32Array(kernels.memory.buffer, free, filter.length).set(filter.decode());
  const biasAddress = bias ? free + align(4 * filter.length) : 0;
  if (bias) new Float32Array(kernels.memory.buffer, biasAddress, bias.length).set(bias.decode());
  const [height, width, third, fourth] = filter.shape as [number, number, number, number];
  const from = [free, biasAddress] as const;
  const window = () => {
    if (layer.kind !== "transposedConv") return [height, width, third, fourth];
    const { top, left } = layer.margins;
    return [height, width, fourth, third, layer.stride, top, left];
  };
  switch (weightedKernel(layer, arithmetic)) {
    case "conv2d":
      kernels.packConv2d(...from, ...window(), packed);
      break;
    case "depthwise3x3":
    case "depthwiseConv2d":
      kernels.packDepthwiseConv2d(...from, height, width, third, packed);
      break;
    case "transposedConv2d":
      kernels.packTransposedConv2d(...from, ...window(), packed);
      break;
    case "integerConv2d":
      kernels.packIntegerConv2d(...from, ...window(), packed);
      break;
    case "integerTransposedConv2d":
      kernels.packIntegerTransposedConv2d(...from, ...window(), packed);
      break;
    case "winogradConv2d": {
      const room = free + align(4 * filter.length) + align(4 * (bias?.length ?? 0));
      kernels.packWinogradConv2d(...from, third, fourth, packed, room);
      break;
    }
  }
}
