import * as tf from "@tensorflow/tfjs";
import { type ImageShape, inputOf } from "../../kernel-call.ts";
import type { WebgpuKernel } from "../kernel.ts";
import { ELEMENTWISE_THREADS, runProgram } from "../program.ts";

const source = `
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let channel = index % uniforms.channels;
  let column = index / uniforms.channels % uniforms.width;
  // The lines of all images follow one another, so a line of the batch becomes factorY lines of the larger batch.
  let line = index / (uniforms.channels * uniforms.width);
  let dyWidth = uniforms.width * uniforms.factorX;
  var sum = 0.0;
  for (var i = 0; i < uniforms.factorY; i++) {
    for (var j = 0; j < uniforms.factorX; j++) {
      let at = (line * uniforms.factorY + i) * dyWidth + column * uniforms.factorX + j;
      sum += dy[at * uniforms.channels + channel];
    }
  }
  result[index] = sum;
}
`;

/** Gradient of nearest-neighbour enlargement by whole factors: the sum over a pixel's copies. */
export const resizeGradient: WebgpuKernel = {
  name: tf.ResizeNearestNeighborGrad,
  run(call) {
    const images = inputOf(call, "images");
    const dy = inputOf(call, "dy");
    const { alignCorners } = call.attrs as unknown as tf.ResizeNearestNeighborGradAttrs;
    const [, height, width, channels] = images.shape as unknown as ImageShape;
    const [, outHeight, outWidth] = dy.shape as unknown as ImageShape;
    // Only whole factors: there every implementation agrees on which pixel was copied.
    if (alignCorners || outHeight % height !== 0 || outWidth % width !== 0) return undefined;
    return runProgram(call.backend, {
      key: "resizeGradient",
      source,
      inputs: { dy },
      outputShape: images.shape,
      integers: { width, channels, factorY: outHeight / height, factorX: outWidth / width },
      threads: ELEMENTWISE_THREADS,
    });
  },
};
