import { summarise, type Timing } from "./statistics.ts";

/** Something that can be timed again and again. */
export interface Racer {
  /** Runs once and tells the milliseconds it took. */
  run(): Promise<number>;
}

/** Options of {@link race}. */
export interface RaceOptions {
  readonly rounds: number;
  /** Told after every run. */
  readonly onRun?: () => void;
}

/**
 * Warms every racer up by itself, then lets them run in turn, round by round, so that whatever slows the machine down for
 * a while slows all of them down.
 *
 * @throws RangeError for less than one round
 */
export async function race(racers: readonly Racer[], { rounds, onRun }: RaceOptions): Promise<Timing[]> {
  for (const racer of racers) await warmUp(racer, onRun);
  const samplesMs = racers.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, racer] of racers.entries()) {
      samplesMs[index]!.push(await racer.run());
      onRun?.();
    }
  }
  return samplesMs.map(summarise);
}

/** Least and most runs before timing, least time, and how much faster than before a run must be to be still warming up. */
const LEAST_RUNS = 2;
const MOST_RUNS = 16;
const LEAST_MS = 1_500;
const FASTER = 0.97;

/**
 * Runs until running does not make it faster: WebAssembly starts in a baseline compiler, and its hot loops are compiled
 * again in the background.
 */
export async function warmUp(racer: Racer, onRun?: () => void): Promise<number> {
  let bestMs = Number.POSITIVE_INFINITY;
  let totalMs = 0;
  for (let runs = 1; ; runs++) {
    const ms = await racer.run();
    onRun?.();
    const settled = ms > bestMs * FASTER;
    bestMs = Math.min(bestMs, ms);
    totalMs += ms;
    if (runs >= MOST_RUNS || (settled && runs >= LEAST_RUNS && totalMs >= LEAST_MS)) return runs;
  }
}
