import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "@unpaired/core";
import { percentile } from "./percentile.ts";
import type { Answered } from "./post.ts";

/** Options of {@link soak}. */
export interface SoakOptions {
  readonly post: () => Promise<Answered>;
  /** Arrivals, whether or not those before have been answered. */
  readonly perSecond: number;
  readonly seconds: number;
  readonly random: Random;
  /** Memory of the service's process, looked at once a second. */
  readonly residentBytes?: () => Promise<number | undefined>;
  /** Told once a second how many seconds are done. */
  readonly onSecond?: (done: number) => void;
}

/** What came of a soak. */
export interface SoakResult {
  readonly sent: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests whose connection ended, or that waited too long. */
  readonly unanswered: number;
  /** Answers of 503 that do not say when to come again. */
  readonly withoutRetryAfter: number;
  readonly acceptedMs: { readonly p50: number; readonly p99: number };
  readonly refusedMs: { readonly p50: number; readonly p99: number };
  /** Mean memory in the last quarter over that in the first, less one; null where it cannot be seen. */
  readonly memoryGrowth: number | null;
  readonly lastResidentBytes: number | null;
}

/** Sends requests at random times (a Poisson process) without waiting for answers, as strangers do. */
export async function soak({
  post,
  perSecond,
  seconds,
  random,
  residentBytes = async () => undefined,
  onSecond = () => {},
}: SoakOptions): Promise<SoakResult> {
  const statuses: Record<string, number> = {};
  const accepted: number[] = [];
  const refused: number[] = [];
  let [sent, unanswered, withoutRetryAfter] = [0, 0, 0];
  const open = new Set<Promise<void>>();
  const send = () => {
    sent++;
    const one = post()
      .then(({ status, ms, retryAfter }) => {
        statuses[status] = (statuses[status] ?? 0) + 1;
        (status === 200 ? accepted : refused).push(ms);
        if (status === 503 && !/^\d+$/.test(retryAfter ?? "")) withoutRetryAfter++;
      })
      .catch(() => {
        unanswered++;
      })
      .finally(() => open.delete(one));
    open.add(one);
  };

  const beganMs = performance.now();
  const resident: { readonly second: number; readonly bytes: number }[] = [];
  const watch = setInterval(async () => {
    const second = (performance.now() - beganMs) / 1000;
    onSecond(Math.min(second, seconds));
    const bytes = await residentBytes();
    if (bytes !== undefined) resident.push({ second, bytes });
  }, 1000);
  try {
    for (let dueSeconds = 0; ; ) {
      dueSeconds -= Math.log(1 - random.uniform()) / perSecond;
      if (dueSeconds > seconds) break;
      const waitMs = dueSeconds * 1000 - (performance.now() - beganMs);
      if (waitMs > 1) await pause(waitMs);
      send();
    }
    await Promise.all(open);
  } finally {
    clearInterval(watch);
  }
  const quarter = (from: number) =>
    mean(
      resident.flatMap(({ second, bytes }) =>
        second >= from * seconds && second <= (from + 0.25) * seconds ? [bytes] : [],
      ),
    );
  const growth = quarter(0.75) / quarter(0) - 1;
  const both = (values: readonly number[]) => ({
    p50: percentile(values, 0.5),
    p99: percentile(values, 0.99),
  });
  return {
    sent,
    statuses,
    unanswered,
    withoutRetryAfter,
    acceptedMs: both(accepted),
    refusedMs: both(refused),
    memoryGrowth: Number.isFinite(growth) ? growth : null,
    lastResidentBytes: resident.at(-1)?.bytes ?? null,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
