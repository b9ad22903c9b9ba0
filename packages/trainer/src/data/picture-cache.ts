import type { Picture } from "./picture.ts";

/**
 * Keeps decoded pictures until its budget is spent, and then keeps those it has: epochs visit everything once in
 * random order, where evicting the oldest would throw out exactly what comes next.
 */
export class PictureCache {
  readonly #budgetBytes: number;
  readonly #pictures = new Map<string, Picture>();
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The kept picture, or what `load` answers. */
  async read(key: string, load: () => Promise<Picture>): Promise<Picture> {
    const kept = this.#pictures.get(key);
    if (kept !== undefined) return kept;
    const picture = await load();
    if (!this.#pictures.has(key) && this.#bytes + picture.data.length <= this.#budgetBytes) {
      this.#pictures.set(key, picture);
      this.#bytes += picture.data.length;
    }
    return picture;
  }
}
