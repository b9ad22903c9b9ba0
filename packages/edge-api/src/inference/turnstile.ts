import { RequestError } from "../problems/request-error.ts";
import { BusyError } from "./busy-error.ts";

/** How often a waiting request looks whether it is its turn, and whoever is first in the queue. */
const LOOK_MS = 4;
const LOOK_FIRST_MS = 1;
/** Looks at a free place before it is taken while others wait: a request needs several turns of the event loop to join. */
const LOOKS_AROUND = 4;
/** Whoever is first and has not come although others looked in vain this often was dropped by the runtime. */
const VAIN_LOOKS = 10;
/** A holder that has not come back by then died with its request. */
const ABANDONED_MS = 60_000;

/** Lets one piece of work through at a time, in the order of arrival. */
export interface Turnstile {
  /**
   * Runs `work` alone.
   *
   * @param signal of the caller that waits: once aborted, its place is free and its work is never begun
   * @throws BusyError `model_unavailable` when too many wait already, or for too long
   * @throws RequestError `invalid_request` when the caller went away first
   */
  pass<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /**
   * Refuses now what {@link pass} would refuse now.
   *
   * @throws BusyError `model_unavailable`
   */
  assertRoom(): void;
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
  let queue: symbol[] = [];

  function isFree(): boolean {
    return holder === undefined || nowMs() - holder.sinceMs > ABANDONED_MS;
  }

  function assertRoom(): void {
    // Whoever is first at a free place does not wait, but begins.
    const waiting = queue.length - (isFree() ? 1 : 0);
    if (waiting >= mostWaiting) {
      throw new BusyError(`${waiting} images are waiting already; try again shortly.`);
    }
  }

  // Even a free place is waited for once: work that begins in the task its body arrived in ends in it, and whoever came
  // meanwhile would neither be in the queue, nor refused, nor known to have hung up.
  async function waitForTurn(signal: AbortSignal | undefined): Promise<void> {
    assertRoom();
    const mine = Symbol("place");
    queue.push(mine);
    const startMs = nowMs();
    let vain = { first: queue[0], looks: 0 };
    let looksAround = 0;
    const isMyTurn = () => {
      if (queue[0] !== mine || !isFree()) looksAround = 0;
      else looksAround++;
      return looksAround >= (queue.length > 1 ? LOOKS_AROUND : 1);
    };
    try {
      do {
        if (nowMs() - startMs > mostWaitMs) {
          throw new BusyError("The service is busy; try again shortly.");
        }
        if (!isFree() || vain.first !== queue[0]) vain = { first: queue[0], looks: 0 };
        else if (++vain.looks > VAIN_LOOKS) queue.shift();
        const lookMs = queue[0] === mine ? LOOK_FIRST_MS : LOOK_MS;
        await new Promise((resolve) => setTimeout(resolve, lookMs));
        assertThere(signal);
        // Taken for dead, and yet alive: at the end again.
        if (!queue.includes(mine)) queue.push(mine);
      } while (!isMyTurn());
    } finally {
      queue = queue.filter((place) => place !== mine);
    }
  }

  return {
    assertRoom,
    async pass(work, signal) {
      assertThere(signal);
      await waitForTurn(signal);
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

function assertThere(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new RequestError("invalid_request", "The caller went away before its turn; nothing was translated.");
}
