import type { ImageSize } from "./decode.ts";
import { EpochOrder } from "./epoch-order.ts";
import { drawCrop, type PlannedImage, type PlannedStep } from "./planned-image.ts";
import { type Preprocessing, seenSize } from "./preprocess.ts";

export interface AlignedPlanOptions extends Preprocessing {
  /** Loaded size of each pair, the same for both sides. */
  readonly sizes: readonly ImageSize[];
  readonly flip: boolean;
  readonly batchSize: number;
  readonly seed: number;
}

/**
 * Says what every training step of paired data sees, from its number alone: an epoch visits every pair once in a new
 * shuffled order, and both sides of a pair get one crop and flip.
 *
 * Source: junyanz/pytorch-CycleGAN-and-pix2pix `aligned_dataset.py`, `base_dataset.py`.
 */
export class AlignedPlan {
  readonly stepsPerEpoch: number;
  /** Pairs of an epoch. */
  readonly epochLength: number;
  readonly #options: AlignedPlanOptions;
  readonly #order: EpochOrder;

  constructor(options: AlignedPlanOptions) {
    const { sizes, batchSize, seed } = options;
    this.#options = options;
    this.epochLength = sizes.length;
    this.#order = new EpochOrder({ epochLength: sizes.length, batchSize, seed });
    this.stepsPerEpoch = this.#order.stepsPerEpoch;
  }

  /** @param step steps done before this one, from 0 */
  step(step: number): PlannedStep {
    const { sizes, flip } = this.#options;
    const { epoch, members } = this.#order.step(step);
    const pairs = members.map(({ place, random }): PlannedImage => {
      const loaded = sizes[place]!;
      return { index: place, crop: drawCrop(random, loaded, seenSize(loaded, this.#options), flip) };
    });
    return { epoch, A: pairs, B: pairs };
  }
}
