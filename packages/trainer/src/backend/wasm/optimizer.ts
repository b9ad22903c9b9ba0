import { elementCount, inputOf } from "../kernel-call.ts";
import type { WasmKernel } from "./kernel.ts";

interface AdamAttrs {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly step: number;
}

/**
 * `AdamUpdate({ weight, m, v, gradient }, { learningRate, beta1, beta2, epsilon, step })` → new [weight, m, v].
 *
 * Source: arXiv 1412.6980, algorithm 1; epsilon outside the bias-corrected root as in PyTorch's `torch.optim.Adam`.
 */
const adamUpdate: WasmKernel = {
  name: "AdamUpdate",
  run(call, { kernels, address, output }) {
    const weight = inputOf(call, "weight");
    const { learningRate, beta1, beta2, epsilon, step } = call.attrs as unknown as AdamAttrs;
    const updated = [output(weight.shape), output(weight.shape), output(weight.shape)] as const;
    kernels.adamUpdate(
      address(weight),
      address(inputOf(call, "m")),
      address(inputOf(call, "v")),
      address(inputOf(call, "gradient")),
      address(updated[0]),
      address(updated[1]),
      address(updated[2]),
      elementCount(weight.shape),
      beta1,
      beta2,
      epsilon,
      learningRate / (1 - beta1 ** step),
      1 / Math.sqrt(1 - beta2 ** step),
    );
    return [...updated];
  },
};

/** The optimiser's update in one pass over the weights. */
export const optimizerKernels: readonly WasmKernel[] = [adamUpdate];
