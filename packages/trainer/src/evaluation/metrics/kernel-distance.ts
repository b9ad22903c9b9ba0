import type { Random } from "@unpaired/core";
import { assertComparable, type Features } from "./frechet-distance.ts";

/** A mean over subsets and their deviation. */
export interface KernelDistance {
  readonly mean: number;
  /** Over the subsets, with the divisor N, as `numpy.std` has it. */
  readonly deviation: number;
}

/** Options of {@link kernelDistance}. */
export interface KernelDistanceOptions {
  readonly random: Random;
  /** How many subsets are drawn. */
  readonly subsets?: number;
  /** Pictures per subset of either set; by default 1000, or half of the smaller set so that subsets differ. */
  readonly subsetSize?: number;
}

/**
 * Kernel distance between two sets of features (with Inception's: KID): the unbiased squared maximum mean discrepancy under
 * the kernel (x·y / d + 1)³, over random subsets drawn without repetition. Being unbiased it can fall below zero.
 *
 * Source: arXiv 1801.01401, section 4.
 *
 * @throws EvaluationError `too_few_images` below four pictures a set, `size_mismatch`
 */
export function kernelDistance(
  a: Features,
  b: Features,
  {
    random,
    subsets = 100,
    subsetSize = Math.min(1000, Math.floor(Math.min(a.length, b.length) / 2)),
  }: KernelDistanceOptions,
): KernelDistance {
  assertComparable(a, b, Math.max(4, subsetSize));
  const kernels = kernelsOf(a, b);
  const values = Array.from({ length: subsets }, () =>
    discrepancy(kernels, draw(a.length, subsetSize, random), draw(b.length, subsetSize, random)),
  );
  const mean = values.reduce((sum, value) => sum + value, 0) / subsets;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / subsets;
  return { mean, deviation: Math.sqrt(variance) };
}

/** Unbiased squared maximum mean discrepancy of two sets of at least two each (arXiv 1801.01401, eq. 4). */
export function maximumMeanDiscrepancy(a: Features, b: Features): number {
  return discrepancy(kernelsOf(a, b), [...a.keys()], [...b.keys()]);
}

/** Kernel values by places of rows. */
interface Kernels {
  readonly withinA: (one: number, other: number) => number;
  readonly withinB: (one: number, other: number) => number;
  readonly between: (a: number, b: number) => number;
}

/** Subsets meet the same pairs again and again: up to 240 MB of values are kept. */
const MOST_KEPT = 30_000_000;

function kernelsOf(a: Features, b: Features): Kernels {
  const keep = (a.length + b.length) ** 2 <= MOST_KEPT;
  const values = (rows: Features, columns: Features) => {
    const compute = (row: number, column: number) => kernel(rows[row]!, columns[column]!);
    if (!keep) return compute;
    const known = new Float64Array(rows.length * columns.length).fill(Number.NaN);
    return (row: number, column: number) => {
      const place = row * columns.length + column;
      const value = known[place]!;
      if (!Number.isNaN(value)) return value;
      const computed = compute(row, column);
      known[place] = computed;
      return computed;
    };
  };
  return { withinA: values(a, a), withinB: values(b, b), between: values(a, b) };
}

function discrepancy(
  { withinA, withinB, between }: Kernels,
  rowsA: readonly number[],
  rowsB: readonly number[],
): number {
  let crossing = 0;
  for (const a of rowsA) for (const b of rowsB) crossing += between(a, b);
  return (
    meanOfPairs(withinA, rowsA) + meanOfPairs(withinB, rowsB) - (2 * crossing) / (rowsA.length * rowsB.length)
  );
}

/** Mean kernel value of the pairs of different rows. */
function meanOfPairs(kernelAt: Kernels["withinA"], rows: readonly number[]): number {
  let sum = 0;
  for (let first = 0; first < rows.length; first++) {
    for (let second = 0; second < first; second++) {
      // The larger first, so that a pair is kept in one place.
      sum += kernelAt(Math.max(rows[first]!, rows[second]!), Math.min(rows[first]!, rows[second]!));
    }
  }
  return (2 * sum) / (rows.length * (rows.length - 1));
}

function draw(length: number, count: number, random: Random): readonly number[] {
  return random.permutation(length).slice(0, count);
}

function kernel(a: Float32Array, b: Float32Array): number {
  let product = 0;
  for (let index = 0; index < a.length; index++) product += a[index]! * b[index]!;
  return (product / a.length + 1) ** 3;
}
