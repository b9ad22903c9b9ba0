import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "@unpaired/core";

/** Latents as CoGAN's generators know them: uniform in [-1, 1). */
export function drawLatents(random: Random, shape: readonly [number, number, number, number]): tf.Tensor4D {
  const length = shape.reduce((product, side) => product * side, 1);
  return tf.tensor4d(
    Float32Array.from({ length }, () => random.uniform() * 2 - 1),
    [...shape],
  );
}
