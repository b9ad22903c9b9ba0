/** What several timings of one thing come to. */
export interface Timing {
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly samples: number;
  /** In the order of the rounds. */
  readonly samplesMs: readonly number[];
}

/**
 * Median and spread of timings.
 *
 * @throws RangeError when there are none
 */
export function summarise(samplesMs: readonly number[]): Timing {
  if (samplesMs.length === 0) throw new RangeError("There are no timings to summarise.");
  return {
    medianMs: median(samplesMs),
    minMs: Math.min(...samplesMs),
    maxMs: Math.max(...samplesMs),
    samples: samplesMs.length,
    samplesMs,
  };
}

/**
 * How many times as long `theirs` takes as `ours`: the median over the rounds they ran in together, so that a machine that
 * is slower for some rounds slows both sides of a quotient.
 *
 * @throws RangeError when they did not run as often
 */
export function timesAsLong(theirs: Timing, ours: Timing): number {
  if (theirs.samples !== ours.samples) {
    throw new RangeError(`${theirs.samples} rounds cannot be held against ${ours.samples}.`);
  }
  return median(theirs.samplesMs.map((ms, round) => ms / ours.samplesMs[round]!));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** How far one output is from another, in units of the output, [-1, 1]. */
export interface Deviation {
  readonly largest: number;
  readonly mean: number;
  /** Peak signal-to-noise ratio in dB over the range of 2; infinite for equal outputs. */
  readonly psnrDb: number;
}

/** Largest and mean difference and PSNR; infinitely far (and -∞ dB) where lengths differ or a value is not a number. */
export function deviation(ours: Float32Array, theirs: Float32Array): Deviation {
  let largest = 0;
  let sum = 0;
  let squares = 0;
  for (const [index, value] of ours.entries()) {
    const difference = Math.abs(value - theirs[index]!);
    largest = Math.max(largest, difference);
    sum += difference;
    squares += difference * difference;
  }
  if (ours.length !== theirs.length || Number.isNaN(sum)) {
    return {
      largest: Number.POSITIVE_INFINITY,
      mean: Number.POSITIVE_INFINITY,
      psnrDb: Number.NEGATIVE_INFINITY,
    };
  }
  const count = Math.max(1, ours.length);
  const psnrDb = squares === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(4 / (squares / count));
  return { largest, mean: sum / count, psnrDb };
}
