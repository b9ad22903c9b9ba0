/** The lane arithmetic both builds share: the relaxed build fuses multiply and add, the plain one rounds twice. */

/** Adding this to |x| < 2^21 leaves x, rounded to even, in the low bits. */
export const ROUNDING: f32 = 12582912;

/** Returns a·b + c per lane. */
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Returns the sum of the four lanes. */
export function sumLanes(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Loads the first `count` (1 to 4) floats at `address`, zeros in the other lanes, reading nothing beyond them. */
export function loadFirst(address: usize, count: i32): v128 {
  if (count >= 4) return v128.load(address);
  if (count == 1) return v128.load32_zero(address);
  const pair = v128.load64_zero(address);
  if (count == 2) return pair;
  return v128.load32_lane(address, pair, 2, 8);
}

/** Stores the first `count` (1 to 4) lanes of `v` at `address`. */
export function storeFirst(address: usize, v: v128, count: i32): void {
  if (count >= 4) {
    v128.store(address, v);
    return;
  }
  if (count == 1) {
    v128.store32_lane(address, v, 0);
    return;
  }
  v128.store64_lane(address, v, 0);
  if (count == 3) v128.store32_lane(address, v, 2, 8);
}
