import * as tf from "@tensorflow/tfjs";
import { BackendError } from "../../errors.ts";
import { activationKernels } from "./activations.ts";
import { convolutionKernels } from "./convolution.ts";
import { depthwiseKernels } from "./depthwise.ts";
import { imageKernels } from "./images.ts";
import type { KernelCall, KernelContext, WasmKernel } from "./kernel.ts";
import { normalizationKernels } from "./normalization.ts";
import { optimizerKernels } from "./optimizer.ts";
import { reductionKernels } from "./reductions.ts";

/** Every kernel this project adds to tfjs's WASM backend or puts in a stock kernel's place. */
export const wasmKernels: readonly WasmKernel[] = [
  ...convolutionKernels,
  ...depthwiseKernels,
  ...normalizationKernels,
  ...activationKernels,
  ...imageKernels,
  ...reductionKernels,
  ...optimizerKernels,
];

/** Stock kernels that were replaced, by name. */
const stock = new Map<string, tf.KernelConfig>();

/**
 * Registers the kernels for the backend `context` belongs to; a case a kernel leaves out goes to the stock kernel.
 */
export function registerWasmKernels(context: KernelContext): void {
  for (const { name, run } of wasmKernels) {
    const present = tf.getKernel(name, "wasm");
    if (present) {
      if (!ours.has(present.kernelFunc)) stock.set(name, present);
      tf.unregisterKernel(name, "wasm");
    }
    const before = stock.get(name);
    const kernelFunc: tf.KernelFunc = (params) => {
      const result = run(params as unknown as KernelCall, context) ?? before?.kernelFunc(params);
      if (result !== undefined) return result;
      throw new BackendError(
        `The wasm backend has no ${name} for ${describe(params.attrs)}; use the cpu backend for it.`,
        { code: "unsupported_kernel" },
      );
    };
    ours.add(kernelFunc);
    tf.registerKernel({
      kernelName: name,
      backendName: "wasm",
      // A backend made anew sets every registered kernel up, the stock ones behind ours included.
      ...(before?.setupFunc && { setupFunc: before.setupFunc }),
      kernelFunc,
    });
  }
}

const ours = new WeakSet<tf.KernelFunc>();

function describe(attrs: tf.NamedAttrMap | undefined): string {
  return JSON.stringify(attrs ?? {});
}
