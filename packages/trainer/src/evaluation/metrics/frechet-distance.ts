import { Matrix } from "ml-matrix";
import { EvaluationError } from "../errors.ts";
import { nuclearNorm, traceOfProductRoot } from "./symmetric-matrix.ts";

/** A set's features, one row of equal length per picture. */
export type Features = readonly Float32Array[];

/** A Gaussian as the Fréchet distance sees a set. */
export interface Gaussian {
  readonly mean: readonly number[];
  /** With the divisor N − 1, as `numpy.cov` has it. */
  readonly covariance: Matrix;
}

/**
 * Fréchet distance between two Gaussians: ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½).
 *
 * Source: arXiv 1706.08500, eq. 6.
 */
export function frechetDistance(a: Gaussian, b: Gaussian): number {
  const crossing = traceOfProductRoot(a.covariance, b.covariance);
  return Math.max(
    0,
    squaredDistance(a.mean, b.mean) + a.covariance.trace() + b.covariance.trace() - 2 * crossing,
  );
}

/**
 * Fréchet distance between the Gaussians of two sets of features (with Inception's features: FID).
 *
 * With fewer pictures than features the covariances lack full rank, and tr(Σ₁Σ₂)^½ is the sum of the singular values of the
 * sets' cross products: the same number from a matrix as small as the sets.
 *
 * @throws EvaluationError `too_few_images` below two pictures a set, `size_mismatch` for features of two lengths
 */
export function featureDistance(a: Features, b: Features): number {
  assertComparable(a, b, 2);
  if (Math.min(a.length, b.length) > a[0]!.length) return frechetDistance(gaussianOf(a), gaussianOf(b));
  const [meanA, centredA] = centre(a);
  const [meanB, centredB] = centre(b);
  const crossing = nuclearNorm(centredA.mmul(centredB.transpose()));
  return Math.max(
    0,
    squaredDistance(meanA, meanB) + centredA.norm() ** 2 + centredB.norm() ** 2 - 2 * crossing,
  );
}

/** Mean and covariance of a set of at least two. */
export function gaussianOf(features: Features): Gaussian {
  const [mean, centred] = centre(features);
  return { mean, covariance: centred.transpose().mmul(centred) };
}

/** @throws EvaluationError `too_few_images`, `size_mismatch` */
export function assertComparable(a: Features, b: Features, atLeast: number): void {
  const fewest = Math.min(a.length, b.length);
  if (fewest < atLeast) {
    throw new EvaluationError(
      "too_few_images",
      `A set of ${fewest} picture${fewest === 1 ? "" : "s"} is too small for a distance between sets; give at least ${atLeast}.`,
    );
  }
  const length = a[0]!.length;
  const other = [...a, ...b].find((row) => row.length !== length);
  if (other) {
    throw new EvaluationError(
      "size_mismatch",
      `Features of ${length} and of ${other.length} numbers cannot be compared; take them from one model at one size.`,
    );
  }
}

/** The mean, and rows less the mean over √(N − 1): their products are covariances. */
function centre(features: Features): [number[], Matrix] {
  const rows = new Matrix(features.map((row) => Array.from(row)));
  const mean = rows.mean("column");
  rows.subRowVector(mean).div(Math.sqrt(features.length - 1));
  return [mean, rows];
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + (value - b[index]!) ** 2, 0);
}
