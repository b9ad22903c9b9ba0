import type { Random } from "@unpaired/core";

/** One answer: who gave it, about which fake, and whether the fake was labelled real. */
export interface BootstrapAnswer {
  readonly participant: number;
  readonly pair: string;
  readonly isFooled: boolean;
}

/** A share with the interval that resampling gives it. */
export interface Interval {
  /** 0–1. */
  readonly low: number;
  readonly high: number;
}

/** Options of {@link bootstrapShare}. */
export interface BootstrapOptions {
  readonly random: Random;
  readonly resamples: number;
  /** How much of the resampled shares lies within, 0–1. */
  readonly confidence?: number;
}

/**
 * The percentile interval of the share of fakes that were labelled real, over both participants and pairs: each resample draws as
 * many participants and as many pairs as there are, with replacement, and weighs an answer by how often both of its were drawn (Owen
 * 2007, "The pigeonhole bootstrap", section 3).
 *
 * @returns undefined without answers
 */
export function bootstrapShare(
  answers: readonly BootstrapAnswer[],
  { random, resamples, confidence = 0.95 }: BootstrapOptions,
): Interval | undefined {
  if (answers.length === 0) return undefined;
  const participants = indices(answers.map(({ participant }) => participant));
  const pairs = indices(answers.map(({ pair }) => pair));
  const shares: number[] = [];
  while (shares.length < resamples) {
    const participantWeights = drawWeights(participants.count, random);
    const pairWeights = drawWeights(pairs.count, random);
    let fooled = 0;
    let all = 0;
    for (const [index, { isFooled }] of answers.entries()) {
      const weight = participantWeights[participants.of[index]!]! * pairWeights[pairs.of[index]!]!;
      all += weight;
      if (isFooled) fooled += weight;
    }
    // With very few answers none may be drawn; such a resample says nothing.
    if (all > 0) shares.push(fooled / all);
  }
  const tail = (1 - confidence) / 2;
  return { low: quantile(shares, tail), high: quantile(shares, 1 - tail) };
}

/** How often each of `count` is drawn in `count` draws with replacement. */
function drawWeights(count: number, random: Random): Uint32Array {
  const weights = new Uint32Array(count);
  for (let draw = 0; draw < count; draw++) weights[random.integer(count)]!++;
  return weights;
}

function indices(keys: readonly (string | number)[]): { readonly of: number[]; readonly count: number } {
  const known = new Map<string | number, number>();
  const of = keys.map((key) => {
    const index = known.get(key) ?? known.size;
    known.set(key, index);
    return index;
  });
  return { of, count: known.size };
}

/** A quantile by linear interpolation between order statistics, as `numpy.quantile` has it by default. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = fraction * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}
