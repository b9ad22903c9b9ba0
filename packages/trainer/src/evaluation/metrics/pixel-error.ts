import type { Picture } from "../../data/index.ts";
import { EvaluationError } from "../errors.ts";

/**
 * Mean absolute difference of two pictures over pixels and channels, as a fraction of the full range: [0, 1].
 *
 * @throws EvaluationError `size_mismatch`
 */
export function l1(a: Picture, b: Picture): number {
  assertSameSize(a, b);
  let sum = 0;
  for (let index = 0; index < a.data.length; index++) sum += Math.abs(a.data[index]! - b.data[index]!);
  return sum / a.data.length / 255;
}

/**
 * Peak signal-to-noise ratio of two 8-bit pictures in decibels, the peak being 255; Infinity when they are equal.
 *
 * @throws EvaluationError `size_mismatch`
 */
export function picturePsnr(a: Picture, b: Picture): number {
  assertSameSize(a, b);
  let sum = 0;
  for (let index = 0; index < a.data.length; index++) sum += (a.data[index]! - b.data[index]!) ** 2;
  return 10 * Math.log10(255 ** 2 / (sum / a.data.length));
}

/** @throws EvaluationError `size_mismatch` */
export function assertSameSize(a: Picture, b: Picture): void {
  if (a.width === b.width && a.height === b.height) return;
  throw new EvaluationError(
    "size_mismatch",
    `A picture of ${a.width}×${a.height} pixels cannot be compared with one of ${b.width}×${b.height}; give both the same size.`,
  );
}
