/** How far two orders of the same rows agree. */
export interface Agreement {
  /** Pairs of rows that one source puts into an order and the other into the same. */
  readonly agreeing: number;
  /** Pairs that the paper puts into an order and that we measured. */
  readonly pairs: number;
}

/** Counts the pairs of rows whose order by a figure is the paper's; rows that either lacks count nowhere. */
export function agreementOf(
  rows: readonly { readonly paper?: number | undefined; readonly ours?: number | null | undefined }[],
): Agreement {
  let agreeing = 0;
  let pairs = 0;
  for (const [index, one] of rows.entries()) {
    for (const other of rows.slice(index + 1)) {
      if (one.paper === undefined || other.paper === undefined || one.paper === other.paper) continue;
      if (typeof one.ours !== "number" || typeof other.ours !== "number") continue;
      pairs++;
      if (Math.sign(one.ours - other.ours) === Math.sign(one.paper - other.paper)) agreeing++;
    }
  }
  return { agreeing, pairs };
}
