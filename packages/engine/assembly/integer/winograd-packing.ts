import { FILTER_NORM, levelLanes, reciprocal } from "./levels";
import { PANEL } from "./rows";
import { transformFilter } from "./winograd-transforms";

/** Positions of a transformed tile. */
export const POSITIONS: i32 = 36;
/** Room to transform eight channels of one filter: nine taps, 36 positions (each twice four lanes) and the lines between. */
export const FILTER_ROOM_BYTES: i32 = 16 * (2 * 9 + 2 * 36 + 18);

/*
 * Packed: [bias channelsOut][value of one level channelsOut][value of one transformed level 36·channelsOut][its reciprocal],
 * then levels [panel][channelIn][tap 9][8] as int16. Transformed: [position 36][panel][pair of channelsIn][8][2] as int16.
 */

/** Returns how many input channels are summed in integers before their sum becomes a float: fewer leave room for finer levels. */
export function summedChannels(channelsIn: i32): i32 {
  return channelsIn % 16 == 0 ? 16 : 8;
}

/** Returns the bytes `packWinogradConv2d` writes; both channel counts are multiples of eight. */
export function packedWinogradConv2dBytes(channelsIn: i32, channelsOut: i32): i32 {
  return 4 * channelsOut * (2 + 2 * POSITIONS) + 2 * 9 * channelsIn * channelsOut;
}

/** Returns the bytes of a transformed filter. */
export function transformedFilterBytes(channelsIn: i32, channelsOut: i32): i32 {
  return 2 * POSITIONS * channelsIn * channelsOut;
}

/** Returns the address of what a transformed level stands for, [position 36][channelsOut]. */
export function transformedLevels(packed: usize, channelsOut: i32): usize {
  return packed + <usize>(channelsOut << 3);
}

function weightLevels(packed: usize, channelsOut: i32): usize {
  return packed + <usize>(4 * channelsOut * (2 + 2 * POSITIONS));
}

/**
 * Writes what the convolution makes of an image whose channels are the constants `values` [channelsIn], and of its bias.
 * `outputs` is [channelsOut].
 */
export function convolveConstants(
  packed: usize,
  values: usize,
  channelsIn: i32,
  channelsOut: i32,
  outputs: usize,
): void {
  let from = weightLevels(packed, channelsOut);
  for (let first = 0; first < channelsOut; first += PANEL) {
    let sum0 = f32x4.splat(0);
    let sum1 = sum0;
    for (let i = 0; i < channelsIn; i++) {
      let taps0 = i32x4.splat(0);
      let taps1 = taps0;
      for (let tap = 0; tap < 9; tap++, from += PANEL * 2) {
        const levels = v128.load(from);
        taps0 = i32x4.add(taps0, i32x4.extend_low_i16x8_s(levels));
        taps1 = i32x4.add(taps1, i32x4.extend_high_i16x8_s(levels));
      }
      const value = v128.load32_splat(values + (i << 2));
      sum0 = f32x4.add(sum0, f32x4.mul(f32x4.convert_i32x4_s(taps0), value));
      sum1 = f32x4.add(sum1, f32x4.mul(f32x4.convert_i32x4_s(taps1), value));
    }
    const bias = packed + (first << 2);
    const level = bias + <usize>(channelsOut << 2);
    v128.store(outputs + (first << 2), f32x4.add(f32x4.mul(sum0, v128.load(level)), v128.load(bias)));
    v128.store(
      outputs + (first << 2),
      f32x4.add(f32x4.mul(sum1, v128.load(level, 16)), v128.load(bias, 16)),
      16,
    );
  }
}

/** Transforms one input channel's filter of eight output channels into [position][8] floats behind its nine taps in `room`. */
function transformPanel(levels: usize, value0: v128, value1: v128, room: usize): usize {
  const transformed = room + 2 * 9 * 16;
  const lines = transformed + 2 * 36 * 16;
  for (let tap: usize = 0; tap < 9; tap++) {
    const low = i32x4.extend_low_i16x8_s(v128.load(levels + (tap << 4)));
    const high = i32x4.extend_high_i16x8_s(v128.load(levels + (tap << 4)));
    v128.store(room + (tap << 4), f32x4.mul(f32x4.convert_i32x4_s(low), value0));
    v128.store(room + 144 + (tap << 4), f32x4.mul(f32x4.convert_i32x4_s(high), value1));
  }
  transformFilter(room, transformed, 32, lines);
  transformFilter(room + 144, transformed + 16, 32, lines);
  return transformed;
}

/**
 * Packs a filter [3, 3, channelsIn, channelsOut] and its bias [channelsOut] (address 0: none) for `winogradConv2d`: as
 * levels, and how fine the transformed levels may be so that every sum of products stays within 32 bits.
 * `room` holds `FILTER_ROOM_BYTES` bytes.
 */
export function packWinogradConv2d(
  filter: usize,
  bias: usize,
  channelsIn: i32,
  channelsOut: i32,
  packed: usize,
  room: usize,
): void {
  const values = packed + <usize>(channelsOut << 2);
  const scales = transformedLevels(packed, channelsOut);
  const levels = weightLevels(packed, channelsOut);
  const tapStride: usize = (channelsIn * channelsOut) << 2;
  if (bias != 0) memory.copy(packed, bias, channelsOut << 2);
  else memory.fill(packed, 0, channelsOut << 2);
  for (let o = 0; o < channelsOut; o++) {
    let largest: f32 = 0;
    for (let entry = 0; entry < 9 * channelsIn; entry++)
      largest = max(largest, abs(load<f32>(filter + ((entry * channelsOut + o) << 2))));
    store<f32>(values + (o << 2), largest / FILTER_NORM);
    const factor = FILTER_NORM * reciprocal(largest);
    let to = levels + (((o / PANEL) * channelsIn * 9 * PANEL + (o % PANEL)) << 1);
    for (let i = 0; i < channelsIn; i++) {
      const from = filter + ((i * channelsOut + o) << 2);
      for (let tap: usize = 0; tap < 9; tap++, to += PANEL << 1)
        store<i16>(to, <i16>nearest(load<f32>(from + tap * tapStride) * factor));
    }
  }
  // Until the levels follow from them, the first table holds the largest sums of squares, the second those that grow.
  const factors = scales + <usize>(POSITIONS * channelsOut * 4);
  const summed = summedChannels(channelsIn);
  memory.fill(scales, 0, POSITIONS * (channelsOut << 3));
  for (let first = 0; first < channelsOut; first += PANEL) {
    const value0 = v128.load(values + (first << 2));
    const value1 = v128.load(values + (first << 2), 16);
    let from = levels + ((first * channelsIn * 9) << 1);
    for (let i = 0; i < channelsIn; i++, from += 9 * PANEL * 2) {
      let at = transformPanel(from, value0, value1, room);
      let most = scales + (first << 2);
      let growing = factors + (first << 2);
      for (let position = 0; position < POSITIONS; position++) {
        for (let half: usize = 0; half < 32; half += 16, at += 16) {
          const u = v128.load(at);
          const before = i % summed == 0 ? f32x4.splat(0) : v128.load(growing + half);
          const squares = f32x4.add(before, f32x4.mul(u, u));
          v128.store(growing + half, squares);
          v128.store(most + half, f32x4.max(v128.load(most + half), squares));
        }
        most += channelsOut << 2;
        growing += channelsOut << 2;
      }
    }
  }
  for (let i: usize = 0; i < <usize>(POSITIONS * channelsOut); i++) {
    const value = sqrt<f32>(load<f32>(scales + (i << 2))) / FILTER_NORM;
    store<f32>(scales + (i << 2), value);
    store<f32>(factors + (i << 2), reciprocal(value));
  }
}

/** Transforms a packed filter; `room` holds `FILTER_ROOM_BYTES` twice. */
export function transformPackedFilter(
  packed: usize,
  channelsIn: i32,
  channelsOut: i32,
  transformed: usize,
  room: usize,
): void {
  const values = packed + <usize>(channelsOut << 2);
  const factors = transformedLevels(packed, channelsOut) + <usize>(POSITIONS * channelsOut * 4);
  const low = i32x4.splat(0xffff);
  const positionBytes: usize = (channelsIn * channelsOut) << 1;
  let from = weightLevels(packed, channelsOut);
  for (let first = 0; first < channelsOut; first += PANEL) {
    const value0 = v128.load(values + (first << 2));
    const value1 = v128.load(values + (first << 2), 16);
    let panel = transformed + ((first * channelsIn) << 1);
    for (let i = 0; i < channelsIn; i += 2, from += 2 * 9 * PANEL * 2, panel += 2 * PANEL * 2) {
      const a = transformPanel(from, value0, value1, room);
      const b = transformPanel(from + 9 * PANEL * 2, value0, value1, room + FILTER_ROOM_BYTES);
      let to = panel;
      let scale = factors + (first << 2);
      for (
        let at: usize = 0;
        at < <usize>(POSITIONS << 5);
        at += 32, to += positionBytes, scale += channelsOut << 2
      ) {
        const factor0 = v128.load(scale);
        const factor1 = v128.load(scale, 16);
        const a0 = levelLanes(v128.load(a + at), factor0);
        const a1 = levelLanes(v128.load(a + at, 16), factor1);
        const b0 = levelLanes(v128.load(b + at), factor0);
        const b1 = levelLanes(v128.load(b + at, 16), factor1);
        v128.store(to, v128.or(v128.and(a0, low), i32x4.shl(b0, 16)));
        v128.store(to, v128.or(v128.and(a1, low), i32x4.shl(b1, 16)), 16);
      }
    }
  }
}
