import { createRandom, type Random } from "@unpaired/core";
import type { Crop } from "./picture.ts";

export interface UnalignedPlanOptions {
  /** How many pictures each domain has. */
  readonly countA: number;
  readonly countB: number;
  readonly loadSizePixels: number;
  readonly cropSizePixels: number;
  readonly flip: boolean;
  readonly batchSize: number;
  readonly seed: number;
  /** `random` draws B anew each time, as the reference does by default; `serial` pairs it with A's order. */
  readonly orderB?: "random" | "serial";
}

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

/**
 * Says what every training step sees, from its number alone: a run resumed at step k goes on exactly as if it had
 * never stopped.
 *
 * An epoch visits max(|A|, |B|) places in a new shuffled order; A is taken modulo |A|, B at random; crop and flip are
 * drawn for each picture on its own. The last batch of an epoch wraps round so that all have one shape.
 *
 * Source: junyanz/pytorch-CycleGAN-and-pix2pix `unaligned_dataset.py`, `base_dataset.py`.
 */
export class UnalignedPlan {
  readonly stepsPerEpoch: number;
  /** Places of an epoch: max(|A|, |B|). */
  readonly epochLength: number;
  readonly #options: UnalignedPlanOptions;
  readonly #root: Random;
  #order: { epoch: number; places: number[] } | undefined;

  constructor(options: UnalignedPlanOptions) {
    this.#options = options;
    this.#root = createRandom(options.seed).fork("data");
    this.epochLength = Math.max(options.countA, options.countB);
    this.stepsPerEpoch = Math.ceil(this.epochLength / options.batchSize);
  }

  /** @param step steps done before this one, from 0 */
  step(step: number): PlannedStep {
    const { countA, countB, batchSize, orderB = "random" } = this.#options;
    const epoch = Math.floor(step / this.stepsPerEpoch);
    const places = this.#placesOf(epoch);
    const first = (step % this.stepsPerEpoch) * batchSize;
    const A: PlannedImage[] = [];
    const B: PlannedImage[] = [];
    for (let member = 0; member < batchSize; member++) {
      const position = first + member;
      const place = places[position % this.epochLength]!;
      const random = this.#root.fork(`epoch ${epoch} position ${position}`);
      const indexB = random.integer(countB);
      A.push({ index: place % countA, crop: this.#drawCrop(random) });
      B.push({ index: orderB === "serial" ? place % countB : indexB, crop: this.#drawCrop(random) });
    }
    return { epoch, A, B };
  }

  #placesOf(epoch: number): number[] {
    if (this.#order?.epoch !== epoch) {
      this.#order = { epoch, places: this.#root.fork(`order ${epoch}`).permutation(this.epochLength) };
    }
    return this.#order.places;
  }

  #drawCrop(random: Random): Crop {
    const { loadSizePixels, cropSizePixels, flip } = this.#options;
    const room = loadSizePixels - cropSizePixels + 1;
    const left = random.integer(room);
    const top = random.integer(room);
    const mirrored = random.uniform() < 0.5;
    return { left, top, width: cropSizePixels, height: cropSizePixels, flip: flip && mirrored };
  }
}
