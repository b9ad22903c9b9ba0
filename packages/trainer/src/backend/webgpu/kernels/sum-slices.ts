import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { elementCount } from "../../kernel-call.ts";
import { ELEMENTWISE_THREADS, release, runProgram } from "../program.ts";

const source = `
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let image = index / uniforms.stride;
  var at = image * uniforms.slices * uniforms.stride + index % uniforms.stride;
  var sum = 0.0;
  for (var slice = 0; slice < uniforms.slices; slice++) {
    sum += parts[at];
    at += uniforms.stride;
  }
  result[index] = sum;
}
`;

/**
 * Adds the slices of `[images, slices, …]` in order; takes `parts` over.
 *
 * @param outputShape shape of the `images · …` sums
 */
export function sumSlices(
  backend: WebGPUBackend,
  parts: tf.TensorInfo,
  slices: number,
  images: number,
  outputShape: readonly number[],
): tf.TensorInfo {
  const stride = elementCount(outputShape) / images;
  const sums = runProgram(backend, {
    key: "sumSlices",
    source,
    inputs: { parts },
    outputShape,
    integers: { slices, stride },
    threads: ELEMENTWISE_THREADS,
  });
  release(backend, parts);
  return sums;
}
