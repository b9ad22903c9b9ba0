import { RegistryError } from "../model-registry/registry-error.ts";

/** How often a waiting request looks whether it is its turn. */
const LOOK_MS = 4;
/** A holder that has not come back by then died with its request. */
const ABANDONED_MS = 60_000;

/** Lets one piece of work through at a time. */
export interface Turnstile {
  /**
   * Runs `work` alone.
   *
   * @throws RegistryError `model_unavailable` when too many wait already, or for too long
   */
  pass<Result>(work: () => Promise<Result>): Promise<Result>;
}

/**
 * A lock that no lost request can keep shut. Waiting on another request's promise would: a Workers runtime drops a
 * request's continuations when its caller hangs up, and a promise they were to resolve stays open for ever.
 */
export function createTurnstile({
  mostWaiting = 16,
  mostWaitMs = 25_000,
  nowMs,
}: {
  readonly mostWaiting?: number;
  readonly mostWaitMs?: number;
  readonly nowMs: () => number;
}): Turnstile {
  let holder: { readonly sinceMs: number } | undefined;
  let waiting = 0;

  function isFree(): boolean {
    return holder === undefined || nowMs() - holder.sinceMs > ABANDONED_MS;
  }

  async function waitForTurn(): Promise<void> {
    if (waiting >= mostWaiting) {
      throw new RegistryError(
        "model_unavailable",
        `${waiting} images are waiting already; try again shortly.`,
      );
    }
    waiting++;
    try {
      const startMs = nowMs();
      while (!isFree()) {
        if (nowMs() - startMs > mostWaitMs) {
          throw new RegistryError("model_unavailable", "The service is busy; try again shortly.");
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    } finally {
      waiting--;
    }
  }

  return {
    async pass(work) {
      if (!isFree()) await waitForTurn();
      const mine = { sinceMs: nowMs() };
      holder = mine;
      try {
        return await work();
      } finally {
        if (holder === mine) holder = undefined;
      }
    },
  };
}
