import { createRandom, type Random } from "@unpaired/core";

/** One member of a batch: which place of the epoch it takes, and a random stream of its own. */
export interface EpochMember {
  readonly place: number;
  readonly random: Random;
}

/**
 * Says which places of a data set a step visits, from its number alone: each epoch visits every place once in a new
 * shuffled order. The last batch of an epoch wraps round so that all have one size.
 */
export class EpochOrder {
  readonly stepsPerEpoch: number;
  readonly epochLength: number;
  readonly #batchSize: number;
  readonly #root: Random;
  #order: { epoch: number; places: number[] } | undefined;

  constructor({
    epochLength,
    batchSize,
    seed,
  }: {
    readonly epochLength: number;
    readonly batchSize: number;
    readonly seed: number;
  }) {
    this.epochLength = epochLength;
    this.#batchSize = batchSize;
    this.#root = createRandom(seed).fork("data");
    this.stepsPerEpoch = Math.ceil(epochLength / batchSize);
  }

  /** @param step steps done before this one, from 0 */
  step(step: number): { readonly epoch: number; readonly members: readonly EpochMember[] } {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    const places = this.#placesOf(epoch);
    const first = (step % this.stepsPerEpoch) * this.#batchSize;
    const members = Array.from({ length: this.#batchSize }, (_, member) => {
      const position = first + member;
      return {
        place: places[position % this.epochLength]!,
        random: this.#root.fork(`epoch ${epoch} position ${position}`),
      };
    });
    return { epoch, members };
  }

  #placesOf(epoch: number): number[] {
    if (this.#order?.epoch !== epoch) {
      this.#order = { epoch, places: this.#root.fork(`order ${epoch}`).permutation(this.epochLength) };
    }
    return this.#order.places;
  }
}
