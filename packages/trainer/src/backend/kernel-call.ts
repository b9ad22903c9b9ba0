import type * as tf from "@tensorflow/tfjs";

/** What tfjs hands to a kernel. */
export interface KernelCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** The input of that name. */
export function inputOf({ inputs }: KernelCall, name: string): tf.TensorInfo {
  return inputs[name]!;
}

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Shape of a batch of images. */
export type ImageShape = readonly [batch: number, height: number, width: number, channels: number];
