/**
 * The value that `fraction` of all values do not exceed, by nearest rank.
 *
 * @param fraction 0–1
 * @returns NaN of no values
 */
export function percentile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? Number.NaN;
}
