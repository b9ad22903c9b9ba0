/** A bounded map whose entries are forgotten after a while; the oldest goes first when it is full. */
export class ExpiringMap<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly untilMs: number }>();
  readonly #lifetimeMs: number;
  readonly #capacity: number;
  readonly #nowMs: () => number;

  /** @param options lifetimeMs may be Infinity */
  constructor(options: { lifetimeMs: number; capacity: number; nowMs: () => number }) {
    this.#lifetimeMs = options.lifetimeMs;
    this.#capacity = options.capacity;
    this.#nowMs = options.nowMs;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry && entry.untilMs > this.#nowMs()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, untilMs: this.#nowMs() + this.#lifetimeMs });
    if (this.#entries.size > this.#capacity) this.#entries.delete(this.#entries.keys().next().value!);
  }
}
