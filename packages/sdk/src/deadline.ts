import { AbortedError, TimeoutError } from "./errors.ts";

/** The longest delay a timer takes; a longer one would fire at once. */
export const maxTimeoutMs = 2 ** 31 - 1;

/** What bounds a piece of work. */
export interface DeadlineOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What is being done, for messages: `POST https://api.example/translate`. */
  readonly source: string;
}

/**
 * Runs `work` until it settles, time is up, or the caller aborts; the signal handed to `work` then aborts, and
 * work that ignores it is not waited for.
 *
 * @throws {TimeoutError} after `timeoutMs`
 * @throws {AbortedError} once `signal` aborts
 */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { timeoutMs, signal, source }: DeadlineOptions,
): Promise<T> {
  const aborted = () => new AbortedError(`${source} was aborted by its signal`, { cause: signal?.reason });
  if (signal?.aborted) throw aborted();
  const controller = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (error: Error) => {
    reject(error);
    controller.abort(error);
  };
  const timer = setTimeout(
    () => stop(new TimeoutError(`${source} took longer than timeoutMs = ${timeoutMs}`)),
    timeoutMs,
  );
  const onAbort = () => stop(aborted());
  signal?.addEventListener("abort", onAbort);
  try {
    return await Promise.race([work(controller.signal), promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

/**
 * Resolves after `delayMs`.
 *
 * @throws {AbortedError} as soon as `signal` aborts
 */
export function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(
        new AbortedError("the wait before a retry was aborted by its signal", { cause: signal?.reason }),
      );
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, delayMs);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  });
}
