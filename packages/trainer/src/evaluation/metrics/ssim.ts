import type { Picture } from "../../data/index.ts";
import { EvaluationError } from "../errors.ts";
import { assertSameSize } from "./pixel-error.ts";

const WINDOW = 11;
const SIGMA = 1.5;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/**
 * Structural similarity of two 8-bit RGB pictures, at most 1: the mean over channels and over all places where the 11×11
 * Gaussian window (σ 1.5) lies wholly inside.
 *
 * Source: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to structural similarity"
 * (2004), eq. 13 with K₁ 0.01 and K₂ 0.03, on each channel as scikit-image does with `channel_axis`.
 *
 * @throws EvaluationError `size_mismatch`, `too_small` below 11 pixels a side
 */
export function ssim(a: Picture, b: Picture): number {
  assertSameSize(a, b);
  const { width, height } = a;
  if (Math.min(width, height) < WINDOW) {
    throw new EvaluationError(
      "too_small",
      `A picture of ${width}×${height} pixels is smaller than SSIM's window; compare at ${WINDOW} pixels a side or more.`,
    );
  }
  let sum = 0;
  for (let channel = 0; channel < 3; channel++) {
    sum += ssimOfPlane(plane(a, channel), plane(b, channel), width, height);
  }
  return sum / 3;
}

function ssimOfPlane(a: Float64Array, b: Float64Array, width: number, height: number): number {
  const blur = (values: Float64Array) => blurInside(values, width, height);
  const meanA = blur(a);
  const meanB = blur(b);
  const squareA = blur(a.map((value) => value * value));
  const squareB = blur(b.map((value) => value * value));
  const product = blur(a.map((value, index) => value * b[index]!));
  let sum = 0;
  for (let index = 0; index < meanA.length; index++) {
    const muA = meanA[index]!;
    const muB = meanB[index]!;
    const varianceA = squareA[index]! - muA * muA;
    const varianceB = squareB[index]! - muB * muB;
    const covariance = product[index]! - muA * muB;
    sum +=
      ((2 * muA * muB + C1) * (2 * covariance + C2)) /
      ((muA * muA + muB * muB + C1) * (varianceA + varianceB + C2));
  }
  return sum / meanA.length;
}

function plane({ data }: Picture, channel: number): Float64Array {
  return Float64Array.from({ length: data.length / 3 }, (_, index) => data[index * 3 + channel]!);
}

const weights = gaussian();

function gaussian(): Float64Array {
  const radius = (WINDOW - 1) / 2;
  const raw = Float64Array.from({ length: WINDOW }, (_, index) =>
    Math.exp(-((index - radius) ** 2) / (2 * SIGMA ** 2)),
  );
  const sum = raw.reduce((total, value) => total + value, 0);
  return raw.map((value) => value / sum);
}

/** Weighted means of all windows that lie inside; rows first, then columns. */
function blurInside(values: Float64Array, width: number, height: number): Float64Array {
  const columns = width - WINDOW + 1;
  const rows = height - WINDOW + 1;
  const across = new Float64Array(columns * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      const from = row * width + column;
      for (let tap = 0; tap < WINDOW; tap++) sum += weights[tap]! * values[from + tap]!;
      across[row * columns + column] = sum;
    }
  }
  const blurred = new Float64Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let tap = 0; tap < WINDOW; tap++) sum += weights[tap]! * across[(row + tap) * columns + column]!;
      blurred[row * columns + column] = sum;
    }
  }
  return blurred;
}
