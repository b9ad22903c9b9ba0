import type * as tf from "@tensorflow/tfjs";
import type { Operations } from "./operations.ts";

/** What tfjs hands to a kernel. */
export interface KernelCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** A kernel of this project under the name tfjs calls it by. */
export interface TensorflowKernel {
  readonly name: string;
  /** Runs the kernel, or returns undefined for a case it leaves to the stock kernel of that name. */
  run(call: KernelCall, operations: Operations): tf.TensorInfo | tf.TensorInfo[] | undefined;
}

/** Shape of a batch of images. */
export type ImageShape = readonly [batch: number, height: number, width: number, channels: number];

/** The input of that name. */
export function inputOf({ inputs }: KernelCall, name: string): tf.TensorInfo {
  return inputs[name]!;
}

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
