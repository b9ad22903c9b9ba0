import * as tf from "@tensorflow/tfjs";
import { elementCount, inputOf } from "../kernel-call.ts";
import type { WasmKernel } from "./kernel.ts";

/**
 * Sum over leading axes, as the gradient of a bias needs it. The stock kernel transposes the whole tensor first.
 */
const sum: WasmKernel = {
  name: tf.Sum,
  run(call, { kernels, address, output }) {
    const x = inputOf(call, "x");
    const { axis, keepDims } = call.attrs as unknown as tf.SumAttrs;
    const axes = tf.util.parseAxisParam(axis, x.shape).toSorted((a, b) => a - b);
    const leading = axes.length < x.shape.length && axes.every((axis, index) => axis === index);
    if (!leading || axes.length === 0 || x.dtype !== "float32" || elementCount(x.shape) === 0)
      return undefined;
    const kept = x.shape.slice(axes.length);
    const columns = elementCount(kept);
    const y = output(keepDims ? [...axes.map(() => 1), ...kept] : kept);
    kernels.columnSum(address(x), elementCount(x.shape) / columns, columns, address(y));
    return y;
  },
};

/** Reductions the stock backend is slow at. */
export const reductionKernels: readonly WasmKernel[] = [sum];
