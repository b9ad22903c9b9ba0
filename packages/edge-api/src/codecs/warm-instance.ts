/** Instances larger than this are dropped after use: WebAssembly memory never shrinks. */
const KEEP_BYTES = 24 * 2 ** 20;

/** A WebAssembly instance and the memory it holds. */
export interface Instance {
  /** Bytes of its linear memory now. */
  memoryBytes(): number;
}

/** One instance of a codec, kept between uses. */
export interface WarmInstance<Kind extends Instance> {
  use<Result>(work: (instance: Kind) => Result): Promise<Result>;
  /** Bytes the idle instance holds; 0 when there is none. */
  idleBytes(): number;
  /** Drops the idle instance; false when there is none. */
  release(): boolean;
}

/**
 * Keeps one instance of a codec between uses, and drops it when a use failed (its heap may be inconsistent) or left it
 * with a large memory.
 */
export function keepWarm<Kind extends Instance>(create: () => Promise<Kind>): WarmInstance<Kind> {
  let idle: Kind | undefined;
  return {
    async use(work) {
      const instance = idle ?? (await create());
      // Taken for as long as it is in use, so that a failure leaves nothing behind.
      idle = undefined;
      const result = work(instance);
      if (instance.memoryBytes() <= KEEP_BYTES) idle = instance;
      return result;
    },
    idleBytes: () => idle?.memoryBytes() ?? 0,
    release() {
      const wasIdle = idle !== undefined;
      idle = undefined;
      return wasIdle;
    },
  };
}
