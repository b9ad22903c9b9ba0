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
  const values = Array.from({ length: subsets }, () =>
    maximumMeanDiscrepancy(draw(a, subsetSize, random), draw(b, subsetSize, random)),
  );
  const mean = values.reduce((sum, value) => sum + value, 0) / subsets;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / subsets;
  return { mean, deviation: Math.sqrt(variance) };
}

/** Unbiased squared maximum mean discrepancy of two sets of at least two each (arXiv 1801.01401, eq. 4). */
export function maximumMeanDiscrepancy(a: Features, b: Features): number {
  return within(a) + within(b) - 2 * between(a, b);
}

function draw(features: Features, count: number, random: Random): Features {
  return random
    .permutation(features.length)
    .slice(0, count)
    .map((index) => features[index]!);
}

/** Mean kernel value of the pairs of different rows. */
function within(rows: Features): number {
  let sum = 0;
  for (let first = 0; first < rows.length; first++) {
    for (let second = 0; second < first; second++) sum += kernel(rows[first]!, rows[second]!);
  }
  return (2 * sum) / (rows.length * (rows.length - 1));
}

function between(a: Features, b: Features): number {
  let sum = 0;
  for (const one of a) for (const other of b) sum += kernel(one, other);
  return sum / (a.length * b.length);
}

function kernel(a: Float32Array, b: Float32Array): number {
  let product = 0;
  for (let index = 0; index < a.length; index++) product += a[index]! * b[index]!;
  return (product / a.length + 1) ** 3;
}
