import { loadFirst, ROUNDING, sumLanes } from "../simd";

/*
 * Integer arithmetic: values become 16-bit levels, products are summed exactly in 32 bits, and one factor turns a sum back
 * into a float. Nothing here fuses multiply and add, so every machine computes the same bits.
 *
 * A sum of products is at most the product of both vectors' Euclidean norms (Cauchy-Schwarz). Bounding the norms keeps it
 * within 32 bits, with room for the rounding of a million levels, and leaves three bits more than bounding magnitudes would.
 */

/** Largest norm, and so largest level, of the weights of one output channel. */
export const FILTER_NORM: f32 = 32700;
/** Largest norm of the inputs of one output. */
const INPUT_NORM: f32 = 64000;
/** Largest level of an input. */
const LEVELS: f32 = 32700;

/**
 * Returns the factor that makes levels of `vectors` rows of `entries` floats, as fine as their largest magnitude and norm
 * allow where one sum of products reads `together` of them. Not a number where one of them is not, or infinite.
 */
export function levelFactor(values: usize, vectors: i32, entries: i32, together: i32): f32 {
  if (entries < 4) {
    // Norms of so few entries bound little; without them the values are one run.
    const magnitude = largestMagnitude(values, vectors * entries);
    return factorFor(magnitude, f32.MAX_VALUE, entries, together);
  }
  const blocks: usize = (entries & -16) << 2;
  const whole: usize = (entries & 12) << 2;
  const rest = entries & 3;
  let largest = f32x4.splat(0);
  // The largest share of a row's squares that each lane saw: their sum is no less than any row's.
  let largestSquares = largest;
  let allSquares = largest;
  let from = values;
  for (let v = 0; v < vectors; v++) {
    let squares = f32x4.splat(0);
    for (const end = from + blocks; from < end; from += 64) {
      const a = v128.load(from);
      const b = v128.load(from, 16);
      const c = v128.load(from, 32);
      const d = v128.load(from, 48);
      const ab = f32x4.pmax(f32x4.abs(a), f32x4.abs(b));
      const cd = f32x4.pmax(f32x4.abs(c), f32x4.abs(d));
      largest = f32x4.pmax(largest, f32x4.pmax(ab, cd));
      const ab2 = f32x4.add(f32x4.mul(a, a), f32x4.mul(b, b));
      const cd2 = f32x4.add(f32x4.mul(c, c), f32x4.mul(d, d));
      squares = f32x4.add(squares, f32x4.add(ab2, cd2));
    }
    for (const end = from + whole; from < end; from += 16) {
      const x = v128.load(from);
      largest = f32x4.pmax(largest, f32x4.abs(x));
      squares = f32x4.add(squares, f32x4.mul(x, x));
    }
    if (rest) {
      const x = loadFirst(from, rest);
      largest = f32x4.pmax(largest, f32x4.abs(x));
      squares = f32x4.add(squares, f32x4.mul(x, x));
      from += rest << 2;
    }
    largestSquares = f32x4.pmax(largestSquares, squares);
    allSquares = f32x4.add(allSquares, squares);
  }
  return factorFor(largestLane(largest), boundOfSquares(largestSquares, allSquares), entries, together);
}

/** Returns the largest magnitude of `count` floats; not a number where one of them is not. */
export function largestMagnitude(values: usize, count: i32): f32 {
  let largest = f32x4.splat(0);
  let poison = largest;
  let from = values;
  for (const end = from + ((count & -4) << 2); from < end; from += 16) {
    const magnitude = f32x4.abs(v128.load(from));
    largest = f32x4.pmax(largest, magnitude);
    poison = f32x4.add(poison, magnitude);
  }
  const rest = count & 3;
  if (rest) {
    const magnitude = f32x4.abs(loadFirst(from, rest));
    largest = f32x4.pmax(largest, magnitude);
    poison = f32x4.add(poison, magnitude);
  }
  const sum = sumLanes(poison);
  return sum != sum ? sum : largestLane(largest);
}

/** Returns the bound on a row's sum of squares; not a number where one of them all is not, which maxima overlook. */
export function boundOfSquares(largest: v128, all: v128): f32 {
  const sum = sumLanes(all);
  return sum != sum ? sum : sumLanes(largest);
}

/**
 * Returns the factor that makes levels of values with these bounds on magnitudes and on a row's sum of squares. Not a number
 * where a bound is not, or magnitudes are infinite.
 */
export function factorFor(magnitude: f32, squares: f32, entries: i32, together: i32): f32 {
  // No level can stand for infinity, and a factor of 0 would make it 0.
  if (!(magnitude < f32.MAX_VALUE)) return f32.NaN;
  // Where squares overflow or vanish, the largest magnitude still bounds the norm.
  const norm = max(magnitude, min(sqrt<f32>(squares), magnitude * sqrt<f32>(<f32>entries)));
  return min(LEVELS * reciprocal(magnitude), INPUT_NORM * reciprocal(norm * sqrt<f32>(<f32>together)));
}

/** Returns the largest of four lanes. */
export function largestLane(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** Returns 1 / x, and 0 for 0. */
export function reciprocal(x: f32): f32 {
  return x == 0 ? 0 : 1 / x;
}

/** Returns four products x·factor as levels in the low 16 bits of each lane. */
export function levelLanes(x: v128, factor: v128): v128 {
  return f32x4.add(f32x4.mul(x, factor), f32x4.splat(ROUNDING));
}

/** Writes `count` floats times `factor` as 16-bit levels. */
export function writeLevels(values: usize, count: i32, factor: f32, levels: usize): void {
  const factors = f32x4.splat(factor);
  let to = levels;
  let from = values;
  for (const end = values + ((count & -8) << 2); from < end; from += 32, to += 16) {
    const low = levelLanes(v128.load(from), factors);
    const high = levelLanes(v128.load(from, 16), factors);
    v128.store(to, v128.shuffle<i16>(low, high, 0, 2, 4, 6, 8, 10, 12, 14));
  }
  for (const end = values + (count << 2); from < end; from += 4, to += 2) {
    store<i16>(to, <i16>reinterpret<i32>(load<f32>(from) * factor + ROUNDING));
  }
}
