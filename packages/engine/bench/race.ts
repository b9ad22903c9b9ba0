import { createRandom } from "@unpaired/core";
import { summarise, type Timing } from "./statistics.ts";

/** Something that can be timed again and again. */
export interface Racer {
  /** Runs once and tells the milliseconds it took. */
  run(): Promise<number>;
}

/** Options of {@link race}. */
export interface RaceOptions {
  readonly rounds: number;
  /** Least time of running before a racer counts as warm. */
  readonly warmUpMs: number;
}

/**
 * Warms every racer up by itself, then lets all of them run once a round, in an order drawn for each, so that whatever slows
 * the machine down for a while slows all of them down.
 *
 * @throws RangeError for less than one round
 */
export async function race(racers: readonly Racer[], { rounds, warmUpMs }: RaceOptions): Promise<Timing[]> {
  for (const racer of racers) await warmUp(racer, warmUpMs);
  const random = createRandom(1);
  const samplesMs = racers.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    // Whoever comes next may still share the machine with a process that collects its garbage: nobody always comes next.
    for (const index of random.permutation(racers.length)) samplesMs[index]!.push(await racers[index]!.run());
  }
  return samplesMs.map(summarise);
}

/** A run this much faster than all before it says that the next may be faster still. */
const FASTER = 0.97;
/** Runs before a racer may count as warm. */
const LEAST_RUNS = 3;
/** Runs or milliseconds after which it counts as warm anyway. */
const MOST_RUNS = 20;
const MOST_MS = 4_000;

/**
 * Runs until running does not make it faster: WebAssembly starts in a baseline compiler, and its hot loops are compiled
 * again in the background.
 *
 * @returns how many runs that took
 */
export async function warmUp(racer: Racer, leastMs: number): Promise<number> {
  let bestMs = Number.POSITIVE_INFINITY;
  let totalMs = 0;
  for (let runs = 1; ; runs++) {
    const ms = await racer.run();
    const settled = ms > bestMs * FASTER;
    bestMs = Math.min(bestMs, ms);
    totalMs += ms;
    if (runs >= MOST_RUNS || totalMs >= MOST_MS) return runs;
    if (settled && runs >= LEAST_RUNS && totalMs >= leastMs) return runs;
  }
}
