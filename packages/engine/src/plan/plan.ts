import type { Layer } from "../recognise/layers.ts";
import type { Program } from "../recognise/recognise.ts";
import type { KernelName, KernelSizes } from "../runtime/kernels.ts";
import type { PackedWeights } from "../runtime/pack-weights.ts";
import type { Arithmetic } from "../session-types.ts";
import { createBudgetError } from "./budget.ts";
import { weightedKernel } from "./choose-kernel.ts";
import { inferFitting } from "./fit.ts";
import { callKernel } from "./kernel-call.ts";
import { placeTensors } from "./lifetimes.ts";
import { multiplyAdds } from "./multiply-adds.ts";
import { align } from "./place-buffers.ts";
import { scratchBytes } from "./scratch.ts";
import { type Shape, tensorBytes } from "./shape.ts";

/** Two floats: bounds on magnitudes and on a pixel's sum of squares. */
const RANGE_BYTES = 8;

/** One kernel call with everything but the values decided. */
export interface PlannedStep {
  readonly layer: Layer;
  readonly kernel: KernelName;
  readonly args: readonly number[];
  readonly inputs: readonly Shape[];
  readonly output: Shape;
  readonly multiplyAdds: number;
  /** Bytes the step reads and writes: activations and packed weights. */
  readonly bytesMoved: number;
  readonly inPlace: boolean;
}

/** Where a tensor lies in memory. */
export interface PlacedTensor {
  readonly address: number;
  readonly shape: Shape;
}

/** A model decided for one input size: what is called, in which order, with which addresses. */
export interface Plan {
  readonly input: PlacedTensor;
  readonly output: PlacedTensor;
  readonly steps: readonly PlannedStep[];
  /** Packed weights, in bytes; they do not depend on the input's size. */
  readonly weightsBytes: number;
  readonly scratchBytes: number;
  readonly activationBytes: number;
  /** End of the memory the plan uses. */
  readonly memoryBytes: number;
}

/**
 * Plans a model for one input size.
 *
 * @throws EngineError `invalid_input` when the size does not suit the model
 * @throws EngineError `memory_budget_exceeded` before anything is allocated
 */
export function createPlan(
  program: Program,
  size: { readonly width: number; readonly height: number },
  context: {
    readonly kernels: KernelSizes;
    readonly weights: PackedWeights;
    readonly arithmetic: Arithmetic;
    readonly budgetBytes: number;
  },
): Plan {
  const { kernels, weights, arithmetic, budgetBytes } = context;
  const inferred = inferFitting(program, size);
  const shapes = new Map([...inferred].map(([position, { shape }]) => [position, shape]));
  const largest = Math.max(...[...shapes.values()].map(tensorBytes));
  if (largest > budgetBytes) throw createBudgetError(weights.end + largest, budgetBytes);

  const layers = [...program.layers.values()];
  const { input, output } = program.graph;
  const shapesOf = (layer: Layer) => layer.inputs.map((tensor) => shapes.get(tensor)!);
  const scratch = layers.reduce(
    (most, layer) =>
      Math.max(
        most,
        scratchBytes(layer, shapesOf(layer), inferred.get(layer.output)!, {
          kernels,
          arithmetic,
          budgetBytes,
        }),
      ),
    0,
  );
  const placement = placeTensors(layers, { input, output, shapes });
  const scratchAddress = align(weights.end);
  // Where a norm leaves the bounds on its output for the convolutions that read it.
  const bounded = layers.filter(
    (layer) =>
      layer.kind === "norm" && layers.some((reader) => readsBounds(reader, layer.output, arithmetic)),
  );
  const ranges = new Map(
    bounded.map(({ output }, index) => [output, scratchAddress + align(scratch) + RANGE_BYTES * index]),
  );
  const base = align(scratchAddress + align(scratch) + RANGE_BYTES * ranges.size);
  const memoryBytes = base + placement.bytes;
  if (memoryBytes > budgetBytes) throw createBudgetError(memoryBytes, budgetBytes);

  const address = (tensor: number) => base + placement.offsets.get(tensor)!;
  const steps = layers.map((layer): PlannedStep => {
    const inputs = shapesOf(layer);
    const result = inferred.get(layer.output)!;
    const { kernel, args } = callKernel(layer, {
      inputs: layer.inputs.map((tensor, index) => ({ address: address(tensor), shape: inputs[index]! })),
      output: { address: address(layer.output), shape: result.shape },
      margins: result,
      arithmetic,
      packed: weights.addresses.get(layer.output) ?? 0,
      scratch: scratchAddress,
      inputRange: ranges.get(layer.inputs[0]!) ?? 0,
      outputRange: ranges.get(layer.output) ?? 0,
    });
    const activations = [...inputs, result.shape].reduce((sum, shape) => sum + tensorBytes(shape), 0);
    return {
      layer,
      kernel,
      args,
      inputs,
      output: result.shape,
      multiplyAdds: multiplyAdds(layer, inputs[0]!, result.shape),
      bytesMoved: activations + (weights.bytes.get(layer.output) ?? 0),
      inPlace: layer.inputs.some((tensor) => address(tensor) === address(layer.output)),
    };
  });
  return {
    input: { address: address(input), shape: shapes.get(input)! },
    output: { address: address(output), shape: shapes.get(output)! },
    steps,
    weightsBytes: weights.end - weights.begin,
    scratchBytes: scratch + RANGE_BYTES * ranges.size,
    activationBytes: placement.bytes,
    memoryBytes,
  };
}

/** Whether a layer's kernel takes the bounds on the tensor from the norm that wrote it. */
function readsBounds(layer: Layer, tensor: number, arithmetic: Arithmetic): boolean {
  if ((layer.kind !== "conv" && layer.kind !== "transposedConv") || layer.inputs[0] !== tensor) return false;
  const kernel = weightedKernel(layer, arithmetic);
  return kernel === "integerConv2d" || kernel === "integerTransposedConv2d";
}
