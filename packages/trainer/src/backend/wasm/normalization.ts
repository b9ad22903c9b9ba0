import { type ImageShape, inputOf } from "../kernel-call.ts";
import type { WasmKernel } from "./kernel.ts";

/** `InstanceNorm({ x }, { epsilon })` → [y, mean, reciprocal deviation], the last two `[batch, 1, 1, channels]`. */
const instanceNorm: WasmKernel = {
  name: "InstanceNorm",
  run(call, { kernels, address, output }) {
    const x = inputOf(call, "x");
    const [batch, height, width, channels] = x.shape as unknown as ImageShape;
    const { epsilon } = call.attrs as { epsilon: number };
    const y = output(x.shape);
    const mean = output([batch, 1, 1, channels]);
    const reciprocalDeviation = output([batch, 1, 1, channels]);
    kernels.instanceNorm(
      address(x),
      batch,
      height * width,
      channels,
      epsilon,
      0,
      0,
      0,
      address(mean),
      address(reciprocalDeviation),
      address(y),
    );
    return [y, mean, reciprocalDeviation];
  },
};

/** `InstanceNormGrad({ dy, y, reciprocalDeviation })` → gradient of the norm's input. */
const instanceNormGrad: WasmKernel = {
  name: "InstanceNormGrad",
  run(call, { kernels, address, output, scratch }) {
    const dy = inputOf(call, "dy");
    const [batch, height, width, channels] = dy.shape as unknown as ImageShape;
    const dx = output(dy.shape);
    const [work] = scratch(8 * channels);
    kernels.instanceNormGradient(
      address(dy),
      address(inputOf(call, "y")),
      address(inputOf(call, "reciprocalDeviation")),
      batch,
      height * width,
      channels,
      address(dx),
      work,
    );
    return dx;
  },
};

/** Instance norm and its gradient, under names of this project's own. */
export const normalizationKernels: readonly WasmKernel[] = [instanceNorm, instanceNormGrad];
