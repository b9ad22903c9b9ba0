import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { ELEMENTWISE_THREADS, runProgram } from "../program.ts";

const source = `
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let channel = index % uniforms.channels;
  let rest = index / uniforms.channels;
  let output = rest % uniforms.filters;
  let tap = rest / uniforms.filters;
  result[index] = kernel[(tap * uniforms.channels + channel) * uniforms.filters + output];
}
`;

/** `[height, width, channels, filters]` → `[height, width, filters, channels]`. */
export function swapFilterAxes(backend: WebGPUBackend, kernel: tf.TensorInfo): tf.TensorInfo {
  const [height, width, channels, filters] = kernel.shape as [number, number, number, number];
  return runProgram(backend, {
    key: "swapFilterAxes",
    source,
    inputs: { kernel },
    outputShape: [height, width, filters, channels],
    integers: { channels, filters },
    threads: ELEMENTWISE_THREADS,
  });
}
