import { resultOf } from "./job-rows.ts";
import type { JobStore } from "./job-store.ts";

/** Results in memory at once. */
const RESULTS_PER_PAGE = 1_000;

/** What of a job is finished so far, behind a sequence, as JSON lines; a page is read when the reader wants one. */
export function streamResults(
  store: Pick<JobStore, "results">,
  job: string,
  after: number,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let last = after;
  return new ReadableStream({
    async pull(controller) {
      const rows = await store.results(job, last, RESULTS_PER_PAGE);
      if (rows.length > 0) {
        last = rows.at(-1)!.sequence;
        const lines = rows.map((row) => `${JSON.stringify(resultOf(row))}\n`).join("");
        controller.enqueue(encoder.encode(lines));
      }
      if (rows.length < RESULTS_PER_PAGE) controller.close();
    },
  });
}
