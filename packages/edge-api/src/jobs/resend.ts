import type { TranslationQueue } from "./bindings.ts";
import { isUnfinished } from "./job-rows.ts";
import type { JobStore } from "./job-store.ts";
import { type JobMessage, sendMessages, translateMessages } from "./messages.ts";

/** A job that has not got on for so long is looked after: longer than any message waits to be tried again. */
export const STALLED_MS = 30 * 60_000;
const JOBS_PER_SWEEP = 100;
const IMAGES_PER_PAGE = 1_000;
const PAGES_PER_MESSAGE = 10;

/**
 * Sends a message for each image of a job that is not finished, from one on; what was never lost is then delivered twice, and
 * translated once.
 */
export async function resendPending(
  { store, queue }: { readonly store: JobStore; readonly queue: TranslationQueue },
  id: string,
  from: number,
): Promise<void> {
  let next = from;
  for (let page = 0; page < PAGES_PER_MESSAGE; page++) {
    const job = await store.get(id);
    if (job === null || !isUnfinished(job)) return;
    const indices = await store.pending(id, next, IMAGES_PER_PAGE);
    await sendMessages(queue, translateMessages(id, indices));
    if (indices.length < IMAGES_PER_PAGE) return;
    next = indices.at(-1)! + 1;
  }
  await sendMessages(queue, [{ type: "resend", job: id, from: next }]);
}

/** Looks after jobs that have not got on for long, whose messages may be lost. */
export async function sweepStalled(
  { store, queue }: { readonly store: JobStore; readonly queue: TranslationQueue },
  nowMs: number,
): Promise<void> {
  const stalled = await store.takeStalled(nowMs - STALLED_MS, nowMs, JOBS_PER_SWEEP);
  const messages = stalled.flatMap(({ id, total }): JobMessage[] => [
    { type: "resend", job: id, from: 0 },
    ...(total === null ? [{ type: "expand" as const, job: id }] : []),
  ]);
  await sendMessages(queue, messages);
}
