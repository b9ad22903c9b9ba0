import type { ImageSize } from "./decode.ts";
import { EpochOrder } from "./epoch-order.ts";
import { drawCrop, type PlannedImage, type PlannedStep } from "./planned-image.ts";
import { type Preprocessing, seenSize } from "./preprocess.ts";

export interface UnalignedPlanOptions extends Preprocessing {
  /** Loaded size of each picture of each domain. */
  readonly sizesA: readonly ImageSize[];
  readonly sizesB: readonly ImageSize[];
  readonly flip: boolean;
  readonly batchSize: number;
  readonly seed: number;
  /** `random` draws B anew each time, as the reference does by default; `serial` pairs it with A's order. */
  readonly orderB?: "random" | "serial";
}

/**
 * Says what every training step of unpaired data sees, from its number alone: a run resumed at step k goes on exactly
 * as if it had never stopped.
 *
 * An epoch visits max(|A|, |B|) places in a new shuffled order; A is taken modulo |A|, B at random; crop and flip are
 * drawn for each picture on its own.
 *
 * Source: junyanz/pytorch-CycleGAN-and-pix2pix `unaligned_dataset.py`, `base_dataset.py`.
 */
export class UnalignedPlan {
  readonly stepsPerEpoch: number;
  /** Places of an epoch: max(|A|, |B|). */
  readonly epochLength: number;
  readonly #options: UnalignedPlanOptions;
  readonly #order: EpochOrder;

  constructor(options: UnalignedPlanOptions) {
    const { sizesA, sizesB, batchSize, seed } = options;
    this.#options = options;
    this.epochLength = Math.max(sizesA.length, sizesB.length);
    this.#order = new EpochOrder({ epochLength: this.epochLength, batchSize, seed });
    this.stepsPerEpoch = this.#order.stepsPerEpoch;
  }

  /** @param step steps done before this one, from 0 */
  step(step: number): PlannedStep {
    const { sizesA, sizesB, flip, orderB = "random" } = this.#options;
    const { epoch, members } = this.#order.step(step);
    const A: PlannedImage[] = [];
    const B: PlannedImage[] = [];
    for (const { place, random } of members) {
      const drawnB = random.integer(sizesB.length);
      const indexA = place % sizesA.length;
      const indexB = orderB === "serial" ? place % sizesB.length : drawnB;
      for (const [images, sizes, index] of [
        [A, sizesA, indexA],
        [B, sizesB, indexB],
      ] as const) {
        const loaded = sizes[index]!;
        const crop = drawCrop(random, loaded, seenSize(loaded, this.#options), flip);
        images.push({ index, crop });
      }
    }
    return { epoch, A, B };
  }
}
