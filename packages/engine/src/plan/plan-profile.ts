/** How long the steps of a plan took, over several runs on one thread. */
export interface PlanProfile {
  /** Median of each step, in milliseconds, in the plan's order. */
  readonly stepsMs: readonly number[];
  /** Runs that were timed. */
  readonly runs: number;
  /** Runs before them that were not. */
  readonly warmUpRuns: number;
  /** Time of whole runs, in milliseconds. */
  readonly medianMs: number;
  readonly fastestMs: number;
  readonly slowestMs: number;
}

const WARM_UP_RUNS = 3;
const LEAST_RUNS = 5;
const MOST_RUNS = 200;
const ENOUGH_MS = 2000;

/**
 * Times runs until two seconds of them have passed, at least 5 and at most 200, after 3 to warm up.
 *
 * @param runOnce runs the model and tells the milliseconds of each step
 */
export async function measureProfile(runOnce: () => Promise<readonly number[]>): Promise<PlanProfile> {
  for (let run = 0; run < WARM_UP_RUNS; run++) await runOnce();
  const runs: (readonly number[])[] = [];
  const totalsMs: number[] = [];
  for (let spentMs = 0; runs.length < LEAST_RUNS || (spentMs < ENOUGH_MS && runs.length < MOST_RUNS); ) {
    const stepsMs = await runOnce();
    const totalMs = stepsMs.reduce((sum, ms) => sum + ms, 0);
    runs.push(stepsMs);
    totalsMs.push(totalMs);
    spentMs += totalMs;
  }
  return {
    stepsMs: runs[0]!.map((_, step) => median(runs.map((run) => run[step]!))),
    runs: runs.length,
    warmUpRuns: WARM_UP_RUNS,
    medianMs: median(totalsMs),
    fastestMs: Math.min(...totalsMs),
    slowestMs: Math.max(...totalsMs),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(half)]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
