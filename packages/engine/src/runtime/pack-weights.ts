import { createBudgetError } from "../plan/budget.ts";
import { align } from "../plan/place-buffers.ts";
import type { ConvLayer, Layer, TransposedConvLayer } from "../recognise/layers.ts";
import type { Program } from "../recognise/recognise.ts";
import { ensureMemory } from "./instance.ts";
import type { KernelSizes, Kernels } from "./kernels.ts";
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
export function packWeights(program: Program, kernels: Kernels, budgetBytes: number): PackedWeights {
  const weighted = [...program.layers.values()].filter(isWeighted);
  const addresses = new Map<number, number>();
  const bytes = new Map<number, number>();
  const begin = PAGE_BYTES;
  let end = begin;
  let unpacked = 0;
  for (const layer of weighted) {
    const packed = packedBytes(layer, kernels, budgetBytes);
    addresses.set(layer.output, end);
    bytes.set(layer.output, packed);
    end += align(packed);
    unpacked = Math.max(unpacked, align(4 * layer.filter.length) + align(4 * (layer.bias?.length ?? 0)));
    if (end > budgetBytes) throw createBudgetError(end, budgetBytes);
  }
  ensureMemory(kernels, end + unpacked, budgetBytes);
  for (const layer of weighted) pack(layer, kernels, addresses.get(layer.output)!, end);
  return { addresses, bytes, begin, end };
}

function isWeighted(layer: Layer): layer is ConvLayer | TransposedConvLayer {
  return "filter" in layer;
}

function packedBytes(
  layer: ConvLayer | TransposedConvLayer,
  kernels: KernelSizes,
  budgetBytes: number,
): number {
  // Packing rounds channels up to eight; beyond this the kernels' 32-bit sizes would not hold.
  const atLeast = 4 * layer.filter.length;
  if (atLeast > budgetBytes || atLeast > 2 ** 27)
    throw createBudgetError(atLeast, Math.min(budgetBytes, 2 ** 27));
  const [height, width, third, fourth] = layer.filter.shape as [number, number, number, number];
  switch (layer.kind) {
    case "conv":
      return kernels.packedConv2dBytes(height, width, third, fourth);
    case "depthwiseConv":
      return kernels.packedDepthwiseConv2dBytes(height, width, third);
    case "transposedConv":
      return kernels.packedTransposedConv2dBytes(height, width, fourth, third, layer.stride);
  }
}

/** Lends the memory from `free` on to the weights as they were, and packs them to `packed`. */
function pack(layer: ConvLayer | TransposedConvLayer, kernels: Kernels, packed: number, free: number): void {
  const { filter, bias } = layer;
  new Float32Array(kernels.memory.buffer, free, filter.length).set(filter.decode());
  const biasAddress = bias ? free + align(4 * filter.length) : 0;
  if (bias) new Float32Array(kernels.memory.buffer, biasAddress, bias.length).set(bias.decode());
  const [height, width, third, fourth] = filter.shape as [number, number, number, number];
  switch (layer.kind) {
    case "conv":
      kernels.packConv2d(free, biasAddress, height, width, third, fourth, packed);
      break;
    case "depthwiseConv":
      kernels.packDepthwiseConv2d(free, biasAddress, height, width, third, packed);
      break;
    case "transposedConv": {
      const { top, left } = layer.margins;
      kernels.packTransposedConv2d(
        free,
        biasAddress,
        height,
        width,
        fourth,
        third,
        layer.stride,
        top,
        left,
        packed,
      );
      break;
    }
  }
}
