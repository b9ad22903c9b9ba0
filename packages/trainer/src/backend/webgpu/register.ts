import { overrideKernel } from "../override-kernel.ts";
import type { WebgpuKernel, WebgpuKernelCall } from "./kernel.ts";
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
const webgpuKernels: readonly WebgpuKernel[] = [
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

/** Registers the kernels; a case a kernel leaves out goes to the stock kernel. */
export function registerWebgpuKernels(): void {
  for (const { name, run } of webgpuKernels) {
    overrideKernel("webgpu", name, (params) => run(params as unknown as WebgpuKernelCall));
  }
}
