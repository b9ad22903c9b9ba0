import { createRandom } from "@unpaired/core";
import type { Picture } from "../../data/index.ts";

/** A picture of even noise, the same for the same seed. */
export function noisePicture(seed: number, width: number, height: number): Picture {
  const random = createRandom(seed);
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => random.integer(256)) };
}

/** A picture of one grey. */
export function greyPicture(value: number, width: number, height: number): Picture {
  return { width, height, data: new Uint8Array(width * height * 3).fill(value) };
}
