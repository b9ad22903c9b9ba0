/**
 * Peak signal-to-noise ratio in decibels of two images with values in [-1, 1] (peak 2); Infinity when they are equal.
 *
 * @throws RangeError when the lengths differ
 */
export function psnr(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new RangeError(`cannot compare ${a.length} values with ${b.length}`);
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index]! - b[index]!) ** 2;
  return 10 * Math.log10(4 / (sum / a.length));
}
