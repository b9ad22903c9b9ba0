import type { KernelCall } from "../kernel-call.ts";
import { overrideKernel } from "../override-kernel.ts";
import { activationKernels } from "./activations.ts";
import { convolutionKernels } from "./convolution.ts";
import { depthwiseKernels } from "./depthwise.ts";
import { imageKernels } from "./images.ts";
import type { KernelContext, WasmKernel } from "./kernel.ts";
import { normalizationKernels } from "./normalization.ts";
import { optimizerKernels } from "./optimizer.ts";
import { reductionKernels } from "./reductions.ts";

/** Every kernel this project adds to tfjs's WASM backend or puts in a stock kernel's place. */
const wasmKernels: readonly WasmKernel[] = [
  ...convolutionKernels,
  ...depthwiseKernels,
  ...normalizationKernels,
  ...activationKernels,
  ...imageKernels,
  ...reductionKernels,
  ...optimizerKernels,
];

/**
 * Registers the kernels for the backend `context` belongs to; a case a kernel leaves out goes to the stock kernel.
 */
export function registerWasmKernels(context: KernelContext): void {
  for (const { name, run } of wasmKernels) {
    overrideKernel("wasm", name, (params) => run(params as unknown as KernelCall, context));
  }
}
