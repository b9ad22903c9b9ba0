import { madd, ROUNDING } from "./simd";

/** No activation. */
export const ACTIVATION_NONE: i32 = 0;
/** max(x, 0). */
export const ACTIVATION_RELU: i32 = 1;
/** x where x ≥ 0, slope·x elsewhere. */
export const ACTIVATION_LEAKY_RELU: i32 = 2;
/** Hyperbolic tangent. */
export const ACTIVATION_TANH: i32 = 3;
/** 1 / (1 + exp(-x)). */
export const ACTIVATION_SIGMOID: i32 = 4;

/** Returns x where x ≥ 0 and slope·x elsewhere. */
export function leakyLanes(x: v128, slope: v128): v128 {
  return v128.bitselect(f32x4.mul(x, slope), x, f32x4.lt(x, f32x4.splat(0)));
}

/**
 * Returns exp(x) - 1 for lanes in [-87, 87]: x = n·ln 2 + r with |r| ≤ ln 2 / 2, Taylor's series to the seventh power for r.
 * The relative error stays near one unit in the last place down to x = 0.
 */
function expMinusOneLanes(x: v128): v128 {
  // The sum's low bits are the nearest whole number.
  const rounded = madd(x, f32x4.splat(1.44269504088896341), f32x4.splat(ROUNDING));
  const n = f32x4.sub(rounded, f32x4.splat(ROUNDING));
  // ln 2 in two pieces, so that n·(first piece) is exact.
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440054690583e-4)));
  let p = f32x4.splat(1.0 / 5040.0);
  p = madd(p, r, f32x4.splat(1.0 / 720.0));
  p = madd(p, r, f32x4.splat(1.0 / 120.0));
  p = madd(p, r, f32x4.splat(1.0 / 24.0));
  p = madd(p, r, f32x4.splat(1.0 / 6.0));
  p = madd(p, r, f32x4.splat(0.5));
  p = madd(p, f32x4.mul(r, r), r);
  const power = i32x4.shl(i32x4.add(rounded, i32x4.splat(127)), 23);
  return madd(power, p, f32x4.sub(power, f32x4.splat(1)));
}

/** Returns tanh(x) with an absolute error below 3e-7; odd, and not a number stays not a number. */
export function tanhLanes(x: v128): v128 {
  // tanh(10) rounds to 1 in float32.
  const twice = f32x4.pmin(f32x4.mul(f32x4.abs(x), f32x4.splat(2)), f32x4.splat(20));
  const e = expMinusOneLanes(twice);
  const magnitude = f32x4.div(e, f32x4.add(e, f32x4.splat(2)));
  return v128.or(magnitude, v128.and(x, i32x4.splat(0x80000000)));
}

/** Returns 1 / (1 + exp(-x)) with an absolute error below 3e-7. */
export function sigmoidLanes(x: v128): v128 {
  const negated = f32x4.pmin(f32x4.pmax(f32x4.neg(x), f32x4.splat(-87)), f32x4.splat(87));
  const e = expMinusOneLanes(negated);
  return f32x4.div(f32x4.splat(1), f32x4.add(e, f32x4.splat(2)));
}

/** Applies one activation to four lanes. */
export function activateLanes(x: v128, kind: i32, slope: v128): v128 {
  if (kind == ACTIVATION_RELU) return f32x4.pmax(x, f32x4.splat(0));
  if (kind == ACTIVATION_LEAKY_RELU) return leakyLanes(x, slope);
  if (kind == ACTIVATION_TANH) return tanhLanes(x);
  if (kind == ACTIVATION_SIGMOID) return sigmoidLanes(x);
  return x;
}
