/** Largest absolute value. */
function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let index = 0; index < values.length; index++) most = Math.max(most, Math.abs(values[index]!));
  return most;
}

/**
 * Largest absolute difference as a fraction of the truth's largest absolute value (or of `floor`, where the truth is
 * smaller still: a value that vanishes in exact arithmetic has no size of its own).
 */
export function relativeDifference(
  ours: ArrayLike<number>,
  truth: ArrayLike<number>,
  { floor = 0 }: { floor?: number } = {},
): number {
  if (ours.length !== truth.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let index = 0; index < truth.length; index++) {
    const difference = Math.abs(ours[index]! - truth[index]!);
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    most = Math.max(most, difference);
  }
  return most / Math.max(largest(truth), floor);
}

/** The differences of a network's gradients, by weight, that are beyond a tolerance. */
export function gradientsBeyond(
  tolerance: number,
  ours: ReadonlyMap<string, ArrayLike<number>>,
  truth: ReadonlyMap<string, { readonly data: ArrayLike<number> }>,
): Record<string, number> {
  // A shift that a later norm removes has no gradient; its rounding is held against the largest of the others.
  const floor = 1e-3 * Math.max(...[...truth.values()].map(({ data }) => largest(data)));
  const differences = [...truth].map(
    ([weight, { data }]) => [weight, relativeDifference(ours.get(weight) ?? [], data, { floor })] as const,
  );
  return beyond(tolerance, Object.fromEntries(differences));
}

/** The entries larger than a tolerance (or no numbers): none, where all is well. */
export function beyond(
  tolerance: number,
  differences: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(differences).filter(([, difference]) => !(difference <= tolerance)),
  );
}

/** Root of the summed squared differences of all pairs. */
export function distance(pairs: Iterable<readonly [ArrayLike<number>, ArrayLike<number>]>): number {
  let sum = 0;
  for (const [a, b] of pairs)
    for (let index = 0; index < b.length; index++) sum += (a[index]! - b[index]!) ** 2;
  return Math.sqrt(sum);
}
