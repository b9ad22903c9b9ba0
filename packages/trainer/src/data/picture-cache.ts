import type { Raster } from "./raster.ts";

/**
 * Keeps decoded pictures until its budget is spent, and then keeps those it has: epochs visit everything once in
 * random order, where evicting the oldest would throw out exactly what comes next.
 */
export class PictureCache {
  readonly #budgetBytes: number;
  readonly #pictures = new Map<string, Raster>();
  readonly #loading = new Map<string, Promise<Raster>>();
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The kept picture, or what `load` answers; who asks while it loads waits for the same answer. */
  async read(key: string, load: () => Promise<Raster>): Promise<Raster> {
    const kept = this.#pictures.get(key);
    if (kept !== undefined) return kept;
    const loading = this.#loading.get(key) ?? this.#load(key, load);
    return loading;
  }

  #load(key: string, load: () => Promise<Raster>): Promise<Raster> {
    const loading = load()
      .then((picture) => {
        if (this.#bytes + picture.data.byteLength <= this.#budgetBytes) {
          this.#pictures.set(key, picture);
          this.#bytes += picture.data.byteLength;
        }
        return picture;
      })
      .finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    return loading;
  }
}
