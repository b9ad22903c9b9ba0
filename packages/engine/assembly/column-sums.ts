import { loadFirst, madd, storeFirst } from "./simd";

/** Rows added up in one accumulator before it joins the total, which keeps float32 sums accurate. */
const CHUNK_ROWS: i32 = 128;

/** Sums of x. */
export const TERM_PLAIN: i32 = 0;
/** Sums of (x - other)², where `other` is one row. */
export const TERM_SQUARED_DISTANCE: i32 = 1;
/** Sums of x·other, where `other` has as many rows as x. */
export const TERM_PRODUCT: i32 = 2;

/** Sums 16 columns at `input`, whose rows are `rowBytes` apart, and writes them, times `scale`, at `sums`. */
function sum16(
  input: usize,
  other: usize,
  term: i32,
  rows: i32,
  rowBytes: usize,
  scale: f32,
  sums: usize,
): void {
  let t0 = f32x4.splat(0);
  let t1 = t0;
  let t2 = t0;
  let t3 = t0;
  let from = input;
  let left = rows;
  while (left > 0) {
    const chunk = min(left, CHUNK_ROWS);
    left -= chunk;
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    if (term == TERM_PLAIN) {
      for (let p = 0; p < chunk; p++, from += rowBytes) {
        s0 = f32x4.add(s0, v128.load(from));
        s1 = f32x4.add(s1, v128.load(from, 16));
        s2 = f32x4.add(s2, v128.load(from, 32));
        s3 = f32x4.add(s3, v128.load(from, 48));
      }
    } else if (term == TERM_PRODUCT) {
      const distance = other - input;
      for (let p = 0; p < chunk; p++, from += rowBytes) {
        const at = from + distance;
        s0 = madd(v128.load(from), v128.load(at), s0);
        s1 = madd(v128.load(from, 16), v128.load(at, 16), s1);
        s2 = madd(v128.load(from, 32), v128.load(at, 32), s2);
        s3 = madd(v128.load(from, 48), v128.load(at, 48), s3);
      }
    } else {
      const c0 = v128.load(other);
      const c1 = v128.load(other, 16);
      const c2 = v128.load(other, 32);
      const c3 = v128.load(other, 48);
      for (let p = 0; p < chunk; p++, from += rowBytes) {
        const d0 = f32x4.sub(v128.load(from), c0);
        const d1 = f32x4.sub(v128.load(from, 16), c1);
        const d2 = f32x4.sub(v128.load(from, 32), c2);
        const d3 = f32x4.sub(v128.load(from, 48), c3);
        s0 = madd(d0, d0, s0);
        s1 = madd(d1, d1, s1);
        s2 = madd(d2, d2, s2);
        s3 = madd(d3, d3, s3);
      }
    }
    t0 = f32x4.add(t0, s0);
    t1 = f32x4.add(t1, s1);
    t2 = f32x4.add(t2, s2);
    t3 = f32x4.add(t3, s3);
  }
  const scales = f32x4.splat(scale);
  v128.store(sums, f32x4.mul(t0, scales));
  v128.store(sums, f32x4.mul(t1, scales), 16);
  v128.store(sums, f32x4.mul(t2, scales), 32);
  v128.store(sums, f32x4.mul(t3, scales), 48);
}

/** As `sum16`, for `width` (1 to 4) columns. */
function sum4(
  input: usize,
  other: usize,
  term: i32,
  rows: i32,
  rowBytes: usize,
  scale: f32,
  sums: usize,
  width: i32,
): void {
  let total = f32x4.splat(0);
  const center = term == TERM_SQUARED_DISTANCE ? loadFirst(other, width) : total;
  const distance = other - input;
  let from = input;
  let left = rows;
  while (left > 0) {
    const chunk = min(left, CHUNK_ROWS);
    left -= chunk;
    let sum = f32x4.splat(0);
    for (let p = 0; p < chunk; p++, from += rowBytes) {
      const x = loadFirst(from, width);
      if (term == TERM_PLAIN) sum = f32x4.add(sum, x);
      else if (term == TERM_PRODUCT) sum = madd(x, loadFirst(from + distance, width), sum);
      else {
        const d = f32x4.sub(x, center);
        sum = madd(d, d, sum);
      }
    }
    total = f32x4.add(total, sum);
  }
  storeFirst(sums, f32x4.mul(total, f32x4.splat(scale)), width);
}

/** Writes `scale` times the sum of each column's terms over `input` [rows, columns]. */
export function sumColumns(
  input: usize,
  other: usize,
  term: i32,
  rows: i32,
  columns: i32,
  scale: f32,
  sums: usize,
): void {
  const rowBytes: usize = columns << 2;
  let c = 0;
  for (; c + 16 <= columns; c += 16) {
    const offset: usize = c << 2;
    sum16(input + offset, other + offset, term, rows, rowBytes, scale, sums + offset);
  }
  for (; c < columns; c += 4) {
    const offset: usize = c << 2;
    sum4(input + offset, other + offset, term, rows, rowBytes, scale, sums + offset, min(4, columns - c));
  }
}

/** Adds up the rows of `input` [rows, columns] into `output` [columns]. */
export function columnSum(input: usize, rows: i32, columns: i32, output: usize): void {
  sumColumns(input, 0, TERM_PLAIN, rows, columns, 1, output);
}
