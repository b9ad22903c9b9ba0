import { z } from "zod";

/** Sums a {@link RunningLosses} goes on from. */
export const runningLossesSchema = z.strictObject({
  sums: z.record(z.string(), z.number()),
  count: z.int().nonnegative(),
});

/** Means of loss terms over the steps since the last line of figures. */
export class RunningLosses {
  readonly #sums: Map<string, number>;
  #count: number;

  /** @param saved sums of an earlier process, from its checkpoint */
  constructor(saved: z.output<typeof runningLossesSchema> = { sums: {}, count: 0 }) {
    this.#sums = new Map(Object.entries(saved.sums));
    this.#count = saved.count;
  }

  add(losses: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(losses))
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + value);
    this.#count++;
  }

  means(): Record<string, number> {
    return Object.fromEntries([...this.#sums].map(([name, sum]) => [name, sum / Math.max(1, this.#count)]));
  }

  clear(): void {
    this.#sums.clear();
    this.#count = 0;
  }

  snapshot(): z.output<typeof runningLossesSchema> {
    return { sums: Object.fromEntries(this.#sums), count: this.#count };
  }
}
