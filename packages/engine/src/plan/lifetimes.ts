import type { Layer } from "../recognise/layers.ts";
import { type Lifetime, placeBuffers } from "./place-buffers.ts";
import { type Shape, tensorBytes } from "./shape.ts";

/** Where each tensor lies within the activations' memory, by the position that computes it. */
export interface TensorPlacement {
  readonly offsets: ReadonlyMap<number, number>;
  readonly bytes: number;
}

/** Layers whose kernels may write over an input of the output's size. */
const IN_PLACE: ReadonlySet<Layer["kind"]> = new Set(["norm", "add", "activation"]);

/** Gives every tensor a place that it keeps from the layer that writes it to the last layer that reads it. */
export function placeTensors(
  layers: readonly Layer[],
  { input, output, shapes }: { input: number; output: number; shapes: ReadonlyMap<number, Shape> },
): TensorPlacement {
  const lastRead = new Map<number, number>();
  for (const [step, layer] of layers.entries()) for (const read of layer.inputs) lastRead.set(read, step);
  lastRead.set(output, layers.length);

  const buffers: { bytes: number; first: number; last: number }[] = [];
  const bufferOf = new Map<number, number>();
  const open = (tensor: number, step: number) => {
    bufferOf.set(tensor, buffers.length);
    buffers.push({
      bytes: tensorBytes(shapes.get(tensor)!),
      first: step,
      last: lastRead.get(tensor) ?? step,
    });
  };
  open(input, -1);
  for (const [step, layer] of layers.entries()) {
    const dying = IN_PLACE.has(layer.kind)
      ? layer.inputs.find((tensor) => lastRead.get(tensor) === step)
      : undefined;
    if (dying === undefined) {
      open(layer.output, step);
      continue;
    }
    const buffer = bufferOf.get(dying)!;
    bufferOf.set(layer.output, buffer);
    buffers[buffer]!.last = lastRead.get(layer.output) ?? step;
  }
  const { offsets, bytes } = placeBuffers(buffers satisfies readonly Lifetime[]);
  return { offsets: new Map([...bufferOf].map(([tensor, buffer]) => [tensor, offsets[buffer]!])), bytes };
}
