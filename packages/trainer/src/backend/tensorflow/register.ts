import type { KernelCall } from "../kernel-call.ts";
import { overrideKernel } from "../override-kernel.ts";
import type { TensorflowKernel } from "./kernel.ts";
import { activationKernels } from "./kernels/activations.ts";
import { convolutionKernels } from "./kernels/convolution.ts";
import { depthwiseKernels } from "./kernels/depthwise.ts";
import { imageKernels } from "./kernels/images.ts";
import { normalizationKernels } from "./kernels/normalization.ts";
import { optimizerKernels } from "./kernels/optimizer.ts";
import type { Operations } from "./operations.ts";

/** Every kernel this project adds to tfjs-node's backend or puts in a stock kernel's place. */
const tensorflowKernels: readonly TensorflowKernel[] = [
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
    overrideKernel("tensorflow", name, (params) => run(params as unknown as KernelCall, operations));
  }
}
