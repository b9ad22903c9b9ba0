/** Instances larger than this are dropped after use: WebAssembly memory never shrinks. */
const KEEP_BYTES = 24 * 2 ** 20;

/** A WebAssembly instance and the memory it holds. */
export interface Instance {
  /** Bytes of its linear memory now. */
  memoryBytes(): number;
}

/**
 * Keeps one instance of a codec between uses, and drops it when a use failed (its heap may be inconsistent) or left it
 * with a large memory.
 */
export function keepWarm<Kind extends Instance>(
  create: () => Promise<Kind>,
): <Result>(use: (instance: Kind) => Result) => Promise<Result> {
  let idle: Kind | undefined;
  return async (use) => {
    const instance = idle ?? (await create());
    // Taken for as long as it is in use, so that a failure leaves nothing behind.
    idle = undefined;
    const result = use(instance);
    if (instance.memoryBytes() <= KEEP_BYTES) idle = instance;
    return result;
  };
}
