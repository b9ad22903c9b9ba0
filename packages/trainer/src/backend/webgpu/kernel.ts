import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { KernelCall } from "../kernel-call.ts";

/** What tfjs hands to a kernel of this backend. */
export interface WebgpuKernelCall extends KernelCall {
  readonly backend: WebGPUBackend;
}

/** A kernel of this project under the name tfjs or core calls it by. */
export interface WebgpuKernel {
  readonly name: string;
  /** Runs the kernel, or returns undefined for a case it leaves to the stock kernel of that name. */
  run(call: WebgpuKernelCall): tf.TensorInfo | tf.TensorInfo[] | undefined;
}
