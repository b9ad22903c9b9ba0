import * as tf from "@tensorflow/tfjs-core";
import { isTrained, type WeightShape, weightShapes } from "@unpaired/core";
import type { WeightTensors } from "@unpaired/core/tfjs";
import type { Branch, Method } from "../methods/method.ts";

/** Where each weight lies in a flat vector of floats. */
export type GradientLayout = readonly {
  readonly network: string;
  readonly weight: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
}[];

/** Layout of the weights of the given networks, in order. */
function weightLayout(method: Method, networks: readonly string[]): GradientLayout {
  return layOut(networks.map((network) => ({ network, shapes: weightShapes(method.networks[network]!) })));
}

/** Layout of what a branch differentiates. */
export function gradientLayout(method: Method, { trains }: Branch): GradientLayout {
  return layOut(
    trains.map((network) => {
      const shapes = weightShapes(method.networks[network]!);
      return { network, shapes: shapes.filter(({ role }) => isTrained(role)) };
    }),
  );
}

function layOut(networks: readonly { network: string; shapes: readonly WeightShape[] }[]): GradientLayout {
  let offset = 0;
  return networks.flatMap(({ network, shapes }) =>
    shapes.map(({ name, shape }) => {
      const length = shape.reduce((product, side) => product * side, 1);
      const place = { network, weight: name, shape, offset, length };
      offset += length;
      return place;
    }),
  );
}

/** Number of floats a layout covers. */
function layoutLength(layout: GradientLayout): number {
  const last = layout.at(-1);
  return last ? last.offset + last.length : 0;
}

/** All weights of a method in memory that threads share. */
export class SharedWeights {
  readonly buffer: SharedArrayBuffer;
  readonly #layout: GradientLayout;
  readonly #values: Float32Array;

  constructor(method: Method, buffer?: SharedArrayBuffer) {
    this.#layout = weightLayout(method, Object.keys(method.networks));
    this.buffer = buffer ?? new SharedArrayBuffer(layoutLength(this.#layout) * 4);
    this.#values = new Float32Array(this.buffer);
  }

  write(weights: Readonly<Record<string, WeightTensors>>): void {
    for (const { network, weight, offset } of this.#layout) {
      this.#values.set(weights[network]![weight]!.dataSync() as Float32Array, offset);
    }
  }

  /** Copies the weights into tensors; the caller disposes them. */
  read(): Record<string, WeightTensors> {
    return readGradients(this.#values, this.#layout);
  }
}

/** Copies gradients into one flat vector. */
export function flattenGradients(
  gradients: Readonly<Record<string, WeightTensors>>,
  layout: GradientLayout,
): Float32Array {
  const flat = new Float32Array(layoutLength(layout));
  for (const { network, weight, offset } of layout) {
    flat.set(gradients[network]![weight]!.dataSync() as Float32Array, offset);
  }
  return flat;
}

/** Copies a flat vector into tensors; the caller disposes them. */
export function readGradients(flat: Float32Array, layout: GradientLayout): Record<string, WeightTensors> {
  const tensors: Record<string, Record<string, tf.Tensor>> = {};
  for (const { network, weight, shape, offset, length } of layout) {
    tensors[network] ??= {};
    tensors[network][weight] = tf.tensor(flat.slice(offset, offset + length), [...shape]);
  }
  return tensors;
}
