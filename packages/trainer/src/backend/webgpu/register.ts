import * as tf from "@tensorflow/tfjs";
import { BackendError } from "../../errors.ts";
import type { KernelCall, WebgpuKernel } from "./kernel.ts";
import { adamUpdate } from "./kernels/adam-update.ts";
import { columnSum } from "./kernels/column-sum.ts";
import { convFilterGradient } from "./kernels/conv-filter-gradient.ts";
import { convInputGradient } from "./kernels/conv-input-gradient.ts";
import { depthwiseFilterGradient } from "./kernels/depthwise-filter-gradient.ts";
import { instanceNorm } from "./kernels/instance-norm.ts";
import { instanceNormGradient } from "./kernels/instance-norm-gradient.ts";
import { mirrorPadGradient } from "./kernels/mirror-pad-gradient.ts";
import { reluGradient } from "./kernels/relu-gradient.ts";
import { resizeGradient } from "./kernels/resize-gradient.ts";

/** Every kernel this project adds to tfjs's WebGPU backend or puts in a stock kernel's place. */
export const webgpuKernels: readonly WebgpuKernel[] = [
  convFilterGradient,
  convInputGradient,
  depthwiseFilterGradient,
  instanceNorm,
  instanceNormGradient,
  mirrorPadGradient,
  reluGradient,
  columnSum,
  resizeGradient,
  adamUpdate,
];

let registered = false;

/** Registers the kernels once; a case a kernel leaves out goes to the stock kernel. */
export function registerWebgpuKernels(): void {
  if (registered) return;
  registered = true;
  for (const { name, run } of webgpuKernels) {
    const stock = tf.getKernel(name, "webgpu");
    if (stock) tf.unregisterKernel(name, "webgpu");
    const kernelFunc: tf.KernelFunc = (params) => {
      const result = run(params as unknown as KernelCall) ?? stock?.kernelFunc(params);
      if (result !== undefined) return result;
      throw new BackendError(
        `The webgpu backend has no ${name} for ${JSON.stringify(params.attrs ?? {})}; use the cpu backend for it.`,
        { code: "unsupported_kernel" },
      );
    };
    tf.registerKernel({ kernelName: name, backendName: "webgpu", kernelFunc });
  }
}
