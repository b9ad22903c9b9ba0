import type * as tf from "@tensorflow/tfjs";
import type { TrainingKernels } from "@unpaired/engine/training-kernels";
import type { KernelCall } from "../kernel-call.ts";

/** Where kernels find tensors, outputs and working memory in the backend's WebAssembly memory. */
export interface KernelContext {
  readonly kernels: TrainingKernels;
  /** Byte address of a tensor's data. */
  address(tensor: tf.TensorInfo): number;
  /** A new float32 tensor with arbitrary contents. */
  output(shape: readonly number[]): tf.TensorInfo;
  /** Byte addresses of working memory of the given sizes; the next call takes it back. */
  scratch<const Sizes extends readonly number[]>(...bytes: Sizes): { [Index in keyof Sizes]: number };
}

/** A kernel of the training build under the name tfjs calls it by. */
export interface WasmKernel {
  readonly name: string;
  /** Runs the kernel, or returns undefined for a case it leaves to the stock kernel of that name. */
  run(call: KernelCall, context: KernelContext): tf.TensorInfo | tf.TensorInfo[] | undefined;
}
