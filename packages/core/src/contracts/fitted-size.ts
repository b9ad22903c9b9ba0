/** Longer side over shorter side that still gets the full `size`; beyond, the longer side decides. */
const WIDEST_ASPECT = 2;
/** Least side of a fitted image in multiples: networks halve it, then reflect what is left. */
const LEAST_MULTIPLES = 4;
/** U-Nets halve an image at least five times and reflect nothing. */
const DEEP_MULTIPLE = 32;

/**
 * Size an image is scaled to for a model: its shorter side becomes `size`, or its longer side 2 × `size` where that is
 * smaller; both are rounded to `multipleOf` and are at least 4 × `multipleOf`, or `size` where a model was made for less, as
 * U-Nets are.
 *
 * The aspect is kept but for that rounding; 256×256 at size 256 stays 256×256. Every place that translates fits alike.
 */
export function fittedSize(
  { width, height }: { readonly width: number; readonly height: number },
  { size, multipleOf }: { readonly size: number; readonly multipleOf: number },
): { readonly width: number; readonly height: number } {
  const scale = Math.min(size / Math.min(width, height), (size * WIDEST_ASPECT) / Math.max(width, height));
  const least = leastMultiples(size, multipleOf);
  return {
    width: multiple(width * scale, multipleOf, least),
    height: multiple(height * scale, multipleOf, least),
  };
}

/** The side in pixels nearest to a model's size that it takes: a multiple, and at least what {@link fittedSize} gives. */
export function fittedSide(size: number, multipleOf: number): number {
  return multiple(size, multipleOf, leastMultiples(size, multipleOf));
}

function multiple(side: number, multipleOf: number, least: number): number {
  return Math.max(Math.round(side / multipleOf), least) * multipleOf;
}

/** A size that is itself few multiples is a deep network's own; any other is no reason to go below the usual least. */
function leastMultiples(size: number, multipleOf: number): number {
  const own = size / multipleOf;
  return Number.isInteger(own) && multipleOf >= DEEP_MULTIPLE
    ? Math.min(own, LEAST_MULTIPLES)
    : LEAST_MULTIPLES;
}
