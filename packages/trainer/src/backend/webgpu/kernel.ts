import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/** What tfjs hands to a kernel. */
export interface KernelCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly backend: WebGPUBackend;
}

/** A kernel of this project under the name tfjs or core calls it by. */
export interface WebgpuKernel {
  readonly name: string;
  /** Runs the kernel, or returns undefined for a case it leaves to the stock kernel of that name. */
  run(call: KernelCall): tf.TensorInfo | tf.TensorInfo[] | undefined;
}

/** The input of that name. */
export function inputOf({ inputs }: KernelCall, name: string): tf.TensorInfo {
  return inputs[name]!;
}

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
