/** Most memory this service lets an isolate hold; a Workers isolate has 128 MB for everything. */
const ISOLATE_BYTES = 110_000_000;
/** Script, pages, compiled code's own data, and requests that wait for their turn. */
const BASE_BYTES = 12_000_000;

/** Something that keeps memory only to be quicker the next time. */
export interface MemoryHolder {
  /** Bytes held now, in use or idle. */
  heldBytes(): number;
  /** Lets go of what was idle the longest; false when everything is in use or gone. */
  releaseOne(): boolean;
}

/** Accounts for the bytes an isolate holds, and makes room before more are taken. */
export interface IsolateMemory {
  /** Most bytes that may ever be held. */
  readonly limitBytes: number;
  /** Whoever is added first is asked first to let go. */
  add(holder: MemoryHolder): void;
  /**
   * Has idle memory let go of until as many bytes more fit.
   *
   * @param bytes asked again after each release, which may be of something that was to be used again
   * @returns whether they fit now
   */
  makeRoom(bytes: () => number): boolean;
  /** Bytes held now. */
  heldBytes(): number;
  /** Most bytes ever held at once, or for which room was made. */
  peakBytes(): number;
}

/** @param options limitBytes for the whole isolate; baseBytes of it are never anybody's */
export function createIsolateMemory({
  limitBytes = ISOLATE_BYTES,
  baseBytes = BASE_BYTES,
}: {
  readonly limitBytes?: number;
  readonly baseBytes?: number;
} = {}): IsolateMemory {
  const holders: MemoryHolder[] = [];
  let peak = 0;
  const held = () => holders.reduce((sum, holder) => sum + holder.heldBytes(), baseBytes);
  return {
    limitBytes,
    add: (holder) => void holders.push(holder),
    makeRoom(bytes) {
      while (held() + bytes() > limitBytes && holders.some((holder) => holder.releaseOne()));
      const total = held() + bytes();
      const fits = total <= limitBytes;
      if (fits) peak = Math.max(peak, total);
      return fits;
    },
    heldBytes: held,
    peakBytes: () => Math.max(peak, held()),
  };
}

/** What accounts for the isolate this module was loaded in. */
export const isolateMemory: IsolateMemory = createIsolateMemory();
