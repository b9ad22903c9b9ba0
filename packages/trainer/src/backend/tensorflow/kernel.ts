import type * as tf from "@tensorflow/tfjs";
import type { KernelCall } from "../kernel-call.ts";
import type { Operations } from "./operations.ts";

/** A kernel of this project under the name tfjs calls it by. */
export interface TensorflowKernel {
  readonly name: string;
  /** Runs the kernel, or returns undefined for a case it leaves to the stock kernel of that name. */
  run(call: KernelCall, operations: Operations): tf.TensorInfo | tf.TensorInfo[] | undefined;
}
