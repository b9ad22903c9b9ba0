import type { Answered } from "./post.ts";

/** What callers that ask again as soon as they are answered got. */
export interface Throughput {
  readonly concurrency: number;
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
}

/**
 * Lets `concurrency` callers ask in a closed loop.
 *
 * @throws Error for any answer but 200: so few callers never fill the queue
 */
export async function measureThroughput(
  post: () => Promise<Answered>,
  { concurrency, seconds }: { readonly concurrency: number; readonly seconds: number },
): Promise<Throughput> {
  const latenciesMs: number[] = [];
  const beganMs = performance.now();
  const endMs = beganMs + seconds * 1000;
  const caller = async () => {
    while (performance.now() < endMs) {
      const { status, ms, bytes } = await post();
      if (status !== 200) throw new Error(`The service answers ${status}: ${bytes.toString()}`);
      latenciesMs.push(ms);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  return {
    concurrency,
    perSecond: latenciesMs.length / ((performance.now() - beganMs) / 1000),
    latenciesMs,
  };
}
