import * as tf from "@tensorflow/tfjs";
import { BackendError } from "../../errors.ts";
import type { KernelCall, TensorflowKernel } from "./kernel.ts";
import { activationKernels } from "./kernels/activations.ts";
import { convolutionKernels } from "./kernels/convolution.ts";
import { depthwiseKernels } from "./kernels/depthwise.ts";
import { imageKernels } from "./kernels/images.ts";
import { normalizationKernels } from "./kernels/normalization.ts";
import { optimizerKernels } from "./kernels/optimizer.ts";
import type { Operations } from "./operations.ts";

/** Every kernel this project adds to tfjs-node's backend or puts in a stock kernel's place. */
export const tensorflowKernels: readonly TensorflowKernel[] = [
  ...convolutionKernels,
  ...depthwiseKernels,
  ...normalizationKernels,
  ...activationKernels,
  ...imageKernels,
  ...optimizerKernels,
];

/** Registers the kernels; a case a kernel leaves out goes to the stock kernel of that name. */
export function registerTensorflowKernels(operations: Operations): void {
  for (const { name, run } of tensorflowKernels) {
    const stock = tf.getKernel(name, "tensorflow");
    if (stock) tf.unregisterKernel(name, "tensorflow");
    tf.registerKernel({
      kernelName: name,
      backendName: "tensorflow",
      kernelFunc: (params) => {
        const result = run(params as unknown as KernelCall, operations) ?? stock?.kernelFunc(params);
        if (result !== undefined) return result;
        throw new BackendError(
          `The tensorflow backend has no ${name} for ${JSON.stringify(params.attrs ?? {})}; use the cpu backend for it.`,
          { code: "unsupported_kernel" },
        );
      },
    });
  }
}
