import { ApiError } from "./api-error.ts";
import { UnpairedError } from "./errors.ts";

/** A server that asks for a longer wait than this is not waited for: the caller gets the error, and decides. */
const maxRetryAfterMs = 60_000;

const firstDelayMs = 500;
const maxDelayMs = 8_000;

/** What {@link retry} needs to know and to wait with. */
export interface RetryOptions {
  /** Tries after the first one. */
  readonly maxRetries: number;
  readonly signal?: AbortSignal | undefined;
  readonly sleep: (delayMs: number, signal?: AbortSignal) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * Runs `attempt`, told how many tries there were before, until it succeeds, fails for good, or has been retried `maxRetries` times.
 *
 * @throws the last attempt's error, or whatever `sleep` throws when `signal` ends the wait
 */
export async function retry<T>(attempt: (retries: number) => Promise<T>, options: RetryOptions): Promise<T> {
  for (let retries = 0; ; retries++) {
    try {
      return await attempt(retries);
    } catch (error) {
      if (retries >= options.maxRetries || !UnpairedError.isInstance(error) || !error.isRetryable)
        throw error;
      const askedMs = ApiError.isInstance(error) ? error.retryAfterMs : undefined;
      if (askedMs !== undefined && askedMs > maxRetryAfterMs) throw error;
      await options.sleep(askedMs ?? backoffMs(retries, options.random), options.signal);
    }
  }
}

/**
 * Doubling delay with the upper half left to chance, so that clients cut off together do not return together.
 *
 * @param retries retries made so far
 * @param random uniform in [0, 1)
 */
export function backoffMs(retries: number, random: () => number): number {
  return Math.min(maxDelayMs, firstDelayMs * 2 ** retries) * (0.5 + random() / 2);
}
