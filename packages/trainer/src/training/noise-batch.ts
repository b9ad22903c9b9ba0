import { createRandom } from "@unpaired/core";
import type { Batch } from "./step.ts";

/** A step's worth of RGB noise, uniform in [-1, 1) and the same for the same seed: to measure and to test by. */
export function noiseBatch(sizePixels: number, seed: number): Batch {
  const random = createRandom(seed);
  const image = () => ({
    data: Float32Array.from({ length: sizePixels * sizePixels * 3 }, () => random.uniform() * 2 - 1),
    shape: [1, sizePixels, sizePixels, 3] as const,
  });
  return { A: image(), B: image() };
}
