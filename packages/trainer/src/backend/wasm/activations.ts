import * as tf from "@tensorflow/tfjs";
import { elementCount, inputOf } from "../kernel-call.ts";
import type { WasmKernel } from "./kernel.ts";

/** The kernels' activation codes. */
const LEAKY_RELU = 2;
const TANH = 3;

const tanh: WasmKernel = {
  name: tf.Tanh,
  run(call, { kernels, address, output }) {
    const x = inputOf(call, "x");
    if (x.dtype !== "float32") return undefined;
    const y = output(x.shape);
    kernels.activate(address(x), address(y), elementCount(x.shape), TANH, 0);
    return y;
  },
};

const leakyRelu: WasmKernel = {
  name: tf.LeakyRelu,
  run(call, { kernels, address, output }) {
    const x = inputOf(call, "x");
    if (x.dtype !== "float32") return undefined;
    const { alpha } = call.attrs as unknown as tf.LeakyReluAttrs;
    const y = output(x.shape);
    kernels.activate(address(x), address(y), elementCount(x.shape), LEAKY_RELU, alpha);
    return y;
  },
};

/** `ReluGrad({ dy, y }, { slope })` → dy where y > 0, slope · dy elsewhere. */
const reluGrad: WasmKernel = {
  name: "ReluGrad",
  run(call, { kernels, address, output }) {
    const dy = inputOf(call, "dy");
    const { slope } = call.attrs as { slope: number };
    const dx = output(dy.shape);
    kernels.reluGradient(
      address(dy),
      address(inputOf(call, "y")),
      address(dx),
      elementCount(dy.shape),
      slope,
    );
    return dx;
  },
};

/** Activations the stock backend computes one number at a time, and the gradient of rectifiers. */
export const activationKernels: readonly WasmKernel[] = [tanh, leakyRelu, reluGrad];
