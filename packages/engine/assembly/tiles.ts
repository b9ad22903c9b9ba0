import { ACTIVATION_LEAKY_RELU, ACTIVATION_RELU, leakyLanes } from "./activation";
import { madd, storeFirst, sumLanes } from "./simd";

/*
 * A group record describes up to six output pixels (u32 each):
 *   [0] taps  [1] floats per tap  [2..7] output addresses  [8..25] room for the gatherer  [26..] [tap][6] input addresses
 */

/** Byte offset of the output addresses in a group record. */
export const RECORD_OUT: usize = 8;
/** Byte offset of the gatherer's room in a group record. */
export const RECORD_ROOM: usize = 32;
/** Byte offset of the input addresses in a group record. */
export const RECORD_TAPS: usize = 104;
/** Bytes of the input addresses of one tap. */
export const RECORD_TAP_BYTES: usize = 24;

/**
 * Multiplies six pixels with one panel of eight output channels: 12 accumulators, and per input channel two loads of
 * the panel and one broadcast per pixel. Writes the first `width` channels at `offset` bytes into each output pixel.
 * Applies relu and leaky relu itself.
 */
export function panelTile(
  record: usize,
  panel: usize,
  offset: usize,
  width: i32,
  activation: i32,
  slope: f32,
): void {
  const taps = load<i32>(record);
  const run = load<i32>(record, 4);
  let c00 = v128.load(panel);
  let c01 = v128.load(panel, 16);
  let c10 = c00;
  let c11 = c01;
  let c20 = c00;
  let c21 = c01;
  let c30 = c00;
  let c31 = c01;
  let c40 = c00;
  let c41 = c01;
  let c50 = c00;
  let c51 = c01;
  let w = panel + 32;
  let tap = record + RECORD_TAPS;
  const odd = run & 1;
  const pairBytes: usize = (run >> 1) << 6;
  for (let t = 0; t < taps; t++, tap += RECORD_TAP_BYTES) {
    let p0 = <usize>load<u32>(tap);
    let p1 = <usize>load<u32>(tap, 4);
    let p2 = <usize>load<u32>(tap, 8);
    let p3 = <usize>load<u32>(tap, 12);
    let p4 = <usize>load<u32>(tap, 16);
    let p5 = <usize>load<u32>(tap, 20);
    const end = w + pairBytes;
    while (w < end) {
      let w0 = v128.load(w);
      let w1 = v128.load(w, 16);
      let x = v128.load32_splat(p0);
      c00 = madd(x, w0, c00);
      c01 = madd(x, w1, c01);
      x = v128.load32_splat(p1);
      c10 = madd(x, w0, c10);
      c11 = madd(x, w1, c11);
      x = v128.load32_splat(p2);
      c20 = madd(x, w0, c20);
      c21 = madd(x, w1, c21);
      x = v128.load32_splat(p3);
      c30 = madd(x, w0, c30);
      c31 = madd(x, w1, c31);
      x = v128.load32_splat(p4);
      c40 = madd(x, w0, c40);
      c41 = madd(x, w1, c41);
      x = v128.load32_splat(p5);
      c50 = madd(x, w0, c50);
      c51 = madd(x, w1, c51);
      w0 = v128.load(w, 32);
      w1 = v128.load(w, 48);
      x = v128.load32_splat(p0, 4);
      c00 = madd(x, w0, c00);
      c01 = madd(x, w1, c01);
      x = v128.load32_splat(p1, 4);
      c10 = madd(x, w0, c10);
      c11 = madd(x, w1, c11);
      x = v128.load32_splat(p2, 4);
      c20 = madd(x, w0, c20);
      c21 = madd(x, w1, c21);
      x = v128.load32_splat(p3, 4);
      c30 = madd(x, w0, c30);
      c31 = madd(x, w1, c31);
      x = v128.load32_splat(p4, 4);
      c40 = madd(x, w0, c40);
      c41 = madd(x, w1, c41);
      x = v128.load32_splat(p5, 4);
      c50 = madd(x, w0, c50);
      c51 = madd(x, w1, c51);
      p0 += 8;
      p1 += 8;
      p2 += 8;
      p3 += 8;
      p4 += 8;
      p5 += 8;
      w += 64;
    }
    if (odd) {
      const w0 = v128.load(w);
      const w1 = v128.load(w, 16);
      let x = v128.load32_splat(p0);
      c00 = madd(x, w0, c00);
      c01 = madd(x, w1, c01);
      x = v128.load32_splat(p1);
      c10 = madd(x, w0, c10);
      c11 = madd(x, w1, c11);
      x = v128.load32_splat(p2);
      c20 = madd(x, w0, c20);
      c21 = madd(x, w1, c21);
      x = v128.load32_splat(p3);
      c30 = madd(x, w0, c30);
      c31 = madd(x, w1, c31);
      x = v128.load32_splat(p4);
      c40 = madd(x, w0, c40);
      c41 = madd(x, w1, c41);
      x = v128.load32_splat(p5);
      c50 = madd(x, w0, c50);
      c51 = madd(x, w1, c51);
      w += 32;
    }
  }
  if (activation == ACTIVATION_RELU) {
    const zero = f32x4.splat(0);
    c00 = f32x4.max(c00, zero);
    c01 = f32x4.max(c01, zero);
    c10 = f32x4.max(c10, zero);
    c11 = f32x4.max(c11, zero);
    c20 = f32x4.max(c20, zero);
    c21 = f32x4.max(c21, zero);
    c30 = f32x4.max(c30, zero);
    c31 = f32x4.max(c31, zero);
    c40 = f32x4.max(c40, zero);
    c41 = f32x4.max(c41, zero);
    c50 = f32x4.max(c50, zero);
    c51 = f32x4.max(c51, zero);
  } else if (activation == ACTIVATION_LEAKY_RELU) {
    const slopes = f32x4.splat(slope);
    c00 = leakyLanes(c00, slopes);
    c01 = leakyLanes(c01, slopes);
    c10 = leakyLanes(c10, slopes);
    c11 = leakyLanes(c11, slopes);
    c20 = leakyLanes(c20, slopes);
    c21 = leakyLanes(c21, slopes);
    c30 = leakyLanes(c30, slopes);
    c31 = leakyLanes(c31, slopes);
    c40 = leakyLanes(c40, slopes);
    c41 = leakyLanes(c41, slopes);
    c50 = leakyLanes(c50, slopes);
    c51 = leakyLanes(c51, slopes);
  }
  storePanel(<usize>load<u32>(record, 8) + offset, c00, c01, width);
  storePanel(<usize>load<u32>(record, 12) + offset, c10, c11, width);
  storePanel(<usize>load<u32>(record, 16) + offset, c20, c21, width);
  storePanel(<usize>load<u32>(record, 20) + offset, c30, c31, width);
  storePanel(<usize>load<u32>(record, 24) + offset, c40, c41, width);
  storePanel(<usize>load<u32>(record, 28) + offset, c50, c51, width);
}

function storePanel(to: usize, low: v128, high: v128, width: i32): void {
  if (width == 8) {
    v128.store(to, low);
    v128.store(to, high, 16);
  } else storePartialPanel(to, low, high, width);
}

function storePartialPanel(to: usize, low: v128, high: v128, width: i32): void {
  storeFirst(to, low, width);
  if (width > 4) storeFirst(to + 16, high, width - 4);
}

/**
 * Multiplies four pixels with three output channels packed for inner products: the lanes run over the input channels,
 * so that no lane is wasted however few the outputs are. `row` is the bytes of one output channel's weights.
 */
export function dotTile3(record: usize, weights: usize, row: usize, bias: usize, offset: usize): void {
  const taps = load<i32>(record);
  const run = load<i32>(record, 4);
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c02 = c00;
  let c10 = c00;
  let c11 = c00;
  let c12 = c00;
  let c20 = c00;
  let c21 = c00;
  let c22 = c00;
  let c30 = c00;
  let c31 = c00;
  let c32 = c00;
  let w0 = weights;
  let w1 = weights + row;
  let w2 = w1 + row;
  let tap = record + RECORD_TAPS;
  const rest = run & 3;
  const quadBytes: usize = (run >> 2) << 4;
  const restBytes: usize = rest << 2;
  for (let t = 0; t < taps; t++, tap += RECORD_TAP_BYTES) {
    let p0 = <usize>load<u32>(tap);
    let p1 = <usize>load<u32>(tap, 4);
    let p2 = <usize>load<u32>(tap, 8);
    let p3 = <usize>load<u32>(tap, 12);
    const end = w0 + quadBytes;
    while (w0 < end) {
      const a = v128.load(w0);
      const b = v128.load(w1);
      const c = v128.load(w2);
      let x = v128.load(p0);
      c00 = madd(x, a, c00);
      c01 = madd(x, b, c01);
      c02 = madd(x, c, c02);
      x = v128.load(p1);
      c10 = madd(x, a, c10);
      c11 = madd(x, b, c11);
      c12 = madd(x, c, c12);
      x = v128.load(p2);
      c20 = madd(x, a, c20);
      c21 = madd(x, b, c21);
      c22 = madd(x, c, c22);
      x = v128.load(p3);
      c30 = madd(x, a, c30);
      c31 = madd(x, b, c31);
      c32 = madd(x, c, c32);
      p0 += 16;
      p1 += 16;
      p2 += 16;
      p3 += 16;
      w0 += 16;
      w1 += 16;
      w2 += 16;
    }
    const stop = w0 + restBytes;
    while (w0 < stop) {
      const a = v128.load32_zero(w0);
      const b = v128.load32_zero(w1);
      const c = v128.load32_zero(w2);
      let x = v128.load32_zero(p0);
      c00 = madd(x, a, c00);
      c01 = madd(x, b, c01);
      c02 = madd(x, c, c02);
      x = v128.load32_zero(p1);
      c10 = madd(x, a, c10);
      c11 = madd(x, b, c11);
      c12 = madd(x, c, c12);
      x = v128.load32_zero(p2);
      c20 = madd(x, a, c20);
      c21 = madd(x, b, c21);
      c22 = madd(x, c, c22);
      x = v128.load32_zero(p3);
      c30 = madd(x, a, c30);
      c31 = madd(x, b, c31);
      c32 = madd(x, c, c32);
      p0 += 4;
      p1 += 4;
      p2 += 4;
      p3 += 4;
      w0 += 4;
      w1 += 4;
      w2 += 4;
    }
  }
  storeDots(<usize>load<u32>(record, 8) + offset, c00, c01, c02, bias);
  storeDots(<usize>load<u32>(record, 12) + offset, c10, c11, c12, bias);
  storeDots(<usize>load<u32>(record, 16) + offset, c20, c21, c22, bias);
  storeDots(<usize>load<u32>(record, 20) + offset, c30, c31, c32, bias);
}

function storeDots(to: usize, a: v128, b: v128, c: v128, bias: usize): void {
  store<f32>(to, sumLanes(a) + load<f32>(bias));
  store<f32>(to, sumLanes(b) + load<f32>(bias, 4), 4);
  store<f32>(to, sumLanes(c) + load<f32>(bias, 8), 8);
}

/** Multiplies four pixels with one output channel packed for inner products. */
export function dotTile1(record: usize, weights: usize, bias: usize, offset: usize): void {
  const taps = load<i32>(record);
  const run = load<i32>(record, 4);
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let w = weights;
  let tap = record + RECORD_TAPS;
  const quadBytes: usize = (run >> 2) << 4;
  const restBytes: usize = (run & 3) << 2;
  for (let t = 0; t < taps; t++, tap += RECORD_TAP_BYTES) {
    let p0 = <usize>load<u32>(tap);
    let p1 = <usize>load<u32>(tap, 4);
    let p2 = <usize>load<u32>(tap, 8);
    let p3 = <usize>load<u32>(tap, 12);
    const end = w + quadBytes;
    while (w < end) {
      const a = v128.load(w);
      c0 = madd(v128.load(p0), a, c0);
      c1 = madd(v128.load(p1), a, c1);
      c2 = madd(v128.load(p2), a, c2);
      c3 = madd(v128.load(p3), a, c3);
      p0 += 16;
      p1 += 16;
      p2 += 16;
      p3 += 16;
      w += 16;
    }
    const stop = w + restBytes;
    while (w < stop) {
      const a = v128.load32_zero(w);
      c0 = madd(v128.load32_zero(p0), a, c0);
      c1 = madd(v128.load32_zero(p1), a, c1);
      c2 = madd(v128.load32_zero(p2), a, c2);
      c3 = madd(v128.load32_zero(p3), a, c3);
      p0 += 4;
      p1 += 4;
      p2 += 4;
      p3 += 4;
      w += 4;
    }
  }
  const first = load<f32>(bias);
  store<f32>(<usize>load<u32>(record, 8) + offset, sumLanes(c0) + first);
  store<f32>(<usize>load<u32>(record, 12) + offset, sumLanes(c1) + first);
  store<f32>(<usize>load<u32>(record, 16) + offset, sumLanes(c2) + first);
  store<f32>(<usize>load<u32>(record, 20) + offset, sumLanes(c3) + first);
}

/**
 * Convolves channels `channel` … `channel + 7` of six pixels depthwise. `weights` is [taps][channels].
 */
export function depthwiseTile8(
  record: usize,
  bias: usize,
  weights: usize,
  channels: i32,
  channel: i32,
  activation: i32,
  slope: f32,
): void {
  const taps = load<i32>(record);
  const offset: usize = channel << 2;
  const row: usize = channels << 2;
  let c00 = v128.load(bias + offset);
  let c01 = v128.load(bias + offset, 16);
  let c10 = c00;
  let c11 = c01;
  let c20 = c00;
  let c21 = c01;
  let c30 = c00;
  let c31 = c01;
  let c40 = c00;
  let c41 = c01;
  let c50 = c00;
  let c51 = c01;
  let w = weights + offset;
  let tap = record + RECORD_TAPS;
  for (let t = 0; t < taps; t++, tap += RECORD_TAP_BYTES, w += row) {
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    let p = <usize>load<u32>(tap) + offset;
    c00 = madd(v128.load(p), w0, c00);
    c01 = madd(v128.load(p, 16), w1, c01);
    p = <usize>load<u32>(tap, 4) + offset;
    c10 = madd(v128.load(p), w0, c10);
    c11 = madd(v128.load(p, 16), w1, c11);
    p = <usize>load<u32>(tap, 8) + offset;
    c20 = madd(v128.load(p), w0, c20);
    c21 = madd(v128.load(p, 16), w1, c21);
    p = <usize>load<u32>(tap, 12) + offset;
    c30 = madd(v128.load(p), w0, c30);
    c31 = madd(v128.load(p, 16), w1, c31);
    p = <usize>load<u32>(tap, 16) + offset;
    c40 = madd(v128.load(p), w0, c40);
    c41 = madd(v128.load(p, 16), w1, c41);
    p = <usize>load<u32>(tap, 20) + offset;
    c50 = madd(v128.load(p), w0, c50);
    c51 = madd(v128.load(p, 16), w1, c51);
  }
  storeActivated(<usize>load<u32>(record, 8) + offset, c00, c01, activation, slope);
  storeActivated(<usize>load<u32>(record, 12) + offset, c10, c11, activation, slope);
  storeActivated(<usize>load<u32>(record, 16) + offset, c20, c21, activation, slope);
  storeActivated(<usize>load<u32>(record, 20) + offset, c30, c31, activation, slope);
  storeActivated(<usize>load<u32>(record, 24) + offset, c40, c41, activation, slope);
  storeActivated(<usize>load<u32>(record, 28) + offset, c50, c51, activation, slope);
}

function storeActivated(to: usize, low: v128, high: v128, activation: i32, slope: f32): void {
  if (activation == ACTIVATION_RELU) {
    const zero = f32x4.splat(0);
    v128.store(to, f32x4.max(low, zero));
    v128.store(to, f32x4.max(high, zero), 16);
  } else if (activation == ACTIVATION_LEAKY_RELU) {
    const slopes = f32x4.splat(slope);
    v128.store(to, leakyLanes(low, slopes));
    v128.store(to, leakyLanes(high, slopes), 16);
  } else {
    v128.store(to, low);
    v128.store(to, high, 16);
  }
}

/** Convolves one channel of six pixels depthwise: the tail behind the last eight. */
export function depthwiseTile1(
  record: usize,
  bias: usize,
  weights: usize,
  channels: i32,
  channel: i32,
  activation: i32,
  slope: f32,
): void {
  const taps = load<i32>(record);
  const offset: usize = channel << 2;
  for (let p: usize = 0; p < RECORD_TAP_BYTES; p += 4) {
    let sum = load<f32>(bias + offset);
    let w = weights + offset;
    let tap = record + RECORD_TAPS + p;
    for (let t = 0; t < taps; t++, tap += RECORD_TAP_BYTES, w += channels << 2) {
      sum += load<f32>(<usize>load<u32>(tap) + offset) * load<f32>(w);
    }
    if (activation == ACTIVATION_RELU) sum = max<f32>(sum, 0);
    else if (activation == ACTIVATION_LEAKY_RELU && sum < 0) sum *= slope;
    store<f32>(<usize>load<u32>(record + RECORD_OUT + p) + offset, sum);
  }
}
