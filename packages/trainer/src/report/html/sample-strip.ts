import { type EncodedSample, encodeSample, type SampleBudget } from "./encode-sample.ts";

/** Reads the grid of a step that is not at hand. */
export type ReadSample = (step: number) => Promise<Uint8Array>;

const MAX_SPACED = 16;
/** What each but the latest grid may take; all of them together keep a report under 3 MB. */
export const SPACED: SampleBudget = { width: 640, bytes: 80 * 1024 };
/** What the latest grid may take. */
export const LATEST: SampleBudget = { width: 1280, bytes: 320 * 1024 };

/**
 * The sample grids a report shows: the first, up to sixteen evenly chosen, and the latest in more detail.
 *
 * Of n grids every 2^k-th is shown, so a grid that is shown was shown before and none is encoded again.
 */
export class SampleStrip {
  #count = 0;
  #stride = 1;
  #spaced: { readonly index: number; readonly sample: EncodedSample }[] = [];
  #latest: EncodedSample | undefined;

  /** Takes up grids of an earlier part of the run; those that do not read or decode are passed over. */
  async restore(steps: readonly number[], read: ReadSample): Promise<void> {
    while (Math.ceil(steps.length / this.#stride) > MAX_SPACED) this.#stride *= 2;
    for (const [index, step] of steps.entries()) {
      const last = index === steps.length - 1;
      if (index % this.#stride !== 0 && !last) continue;
      const picture = await read(step).catch(() => undefined);
      if (picture) await this.#encode(index, step, picture, last).catch(() => undefined);
    }
    this.#count = steps.length;
  }

  /** @throws where the picture does not decode */
  async add(step: number, picture: Uint8Array): Promise<void> {
    const index = this.#count;
    await this.#encode(index, step, picture, true);
    this.#count++;
    if (Math.ceil(this.#count / this.#stride) > MAX_SPACED) {
      this.#stride *= 2;
      this.#spaced = this.#spaced.filter((kept) => kept.index % this.#stride === 0);
    }
  }

  /** In the order of their steps. */
  get samples(): readonly EncodedSample[] {
    const spaced = this.#spaced.map(({ sample }) => sample);
    if (!this.#latest) return spaced;
    return [...spaced.filter(({ step }) => step !== this.#latest?.step), this.#latest];
  }

  async #encode(index: number, step: number, picture: Uint8Array, latest: boolean): Promise<void> {
    const sample = await encodeSample(step, picture, latest ? LATEST : SPACED);
    if (latest) this.#latest = sample;
    if (index % this.#stride !== 0) return;
    const small = sample.webp.length <= SPACED.bytes;
    this.#spaced.push({ index, sample: small ? sample : await encodeSample(step, picture, SPACED) });
  }
}
