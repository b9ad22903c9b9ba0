import type { Random } from "@unpaired/core";
import type { ImageSize } from "./decode.ts";
import type { Crop } from "./picture.ts";

/** One picture of a batch: which, and the part of it that is seen. */
export interface PlannedImage {
  readonly index: number;
  readonly crop: Crop;
}

/** Where a step lies in the data, and what it is made of. */
export interface PlannedStep {
  readonly epoch: number;
  readonly A: readonly PlannedImage[];
  readonly B: readonly PlannedImage[];
}

/** Draws where a part of a picture lies and, with probability ½ where `flip` allows it, mirrors it. */
export function drawCrop(random: Random, loaded: ImageSize, seen: ImageSize, flip: boolean): Crop {
  const left = random.integer(loaded.width - seen.width + 1);
  const top = random.integer(loaded.height - seen.height + 1);
  const mirrored = random.uniform() < 0.5;
  return { left, top, width: seen.width, height: seen.height, flip: flip && mirrored };
}
