import * as tf from "@tensorflow/tfjs";
import { BackendError } from "../errors.ts";

/** Runs a kernel, or returns undefined for a case it leaves to the stock kernel of that name. */
export type KernelOverride = (
  params: Parameters<tf.KernelFunc>[0],
) => tf.TensorInfo | tf.TensorInfo[] | undefined;

/** Stock kernels behind ours. */
const stockBehind = new WeakMap<tf.KernelFunc, tf.KernelConfig | undefined>();

/**
 * Puts a kernel of this project in a stock kernel's place, or beside them; what it leaves out goes to the stock kernel.
 * Doing so again replaces it and keeps the same stock kernel behind it.
 */
export function overrideKernel(backendName: string, kernelName: string, run: KernelOverride): void {
  const present = tf.getKernel(kernelName, backendName);
  const stock =
    present && stockBehind.has(present.kernelFunc) ? stockBehind.get(present.kernelFunc) : present;
  const kernelFunc: tf.KernelFunc = (params) => {
    const result = run(params) ?? stock?.kernelFunc(params);
    if (result !== undefined) return result;
    throw new BackendError(
      `The ${backendName} backend has no ${kernelName} for ${JSON.stringify(params.attrs ?? {})}; use the cpu backend for it.`,
      { code: "unsupported_kernel" },
    );
  };
  stockBehind.set(kernelFunc, stock);
  if (present) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({
    kernelName,
    backendName,
    // A backend made anew sets every registered kernel up, the stock ones behind ours included.
    ...(stock?.setupFunc && { setupFunc: stock.setupFunc }),
    kernelFunc,
  });
}
