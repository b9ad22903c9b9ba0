/** Longer side over shorter side that still gets the full `size`; beyond, the longer side decides. */
const WIDEST_ASPECT = 2;
/** Least side of a fitted image in multiples: networks halve it, then reflect what is left. */
const LEAST_MULTIPLES = 4;

/**
 * Size an image is scaled to for a model: its shorter side becomes `size`, or its longer side 2 × `size` where that is
 * smaller; both are rounded to `multipleOf` and are at least 4 × `multipleOf`.
 *
 * The aspect is kept but for that rounding; 256×256 at size 256 stays 256×256. Every place that translates fits alike.
 */
export function fittedSize(
  { width, height }: { readonly width: number; readonly height: number },
  { size, multipleOf }: { readonly size: number; readonly multipleOf: number },
): { readonly width: number; readonly height: number } {
  const scale = Math.min(size / Math.min(width, height), (size * WIDEST_ASPECT) / Math.max(width, height));
  return { width: fittedSide(width * scale, multipleOf), height: fittedSide(height * scale, multipleOf) };
}

/** The side in pixels nearest to `side` that a model takes: a multiple, and at least 4 × `multipleOf`. */
export function fittedSide(side: number, multipleOf: number): number {
  return Math.max(Math.round(side / multipleOf), LEAST_MULTIPLES) * multipleOf;
}
