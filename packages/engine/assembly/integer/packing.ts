import { phaseTaps, roundUp } from "../geometry";
import { FILTER_NORM, reciprocal } from "./levels";
import { DOT_CHANNELS, PANEL } from "./rows";

/** Returns the channels of one panel: a few are packed for inner products. */
export function panelWidth(channelsOut: i32): i32 {
  return channelsOut <= DOT_CHANNELS ? DOT_CHANNELS : PANEL;
}

/** Returns how many rows of a filter are summed in integers before their sum becomes a float. */
export function summedRows(rows: i32, channelsOut: i32): i32 {
  return channelsOut <= DOT_CHANNELS ? rows : 1;
}

/** Returns the bytes in front of a panel's weights: what one level stands for and the bias, per channel. */
export function panelHeaderBytes(channelsOut: i32): usize {
  return channelsOut <= DOT_CHANNELS ? 32 : 64;
}

/** Returns the bytes of a filter row's weights in one panel. */
export function panelRowBytes(runEntries: i32, channelsOut: i32): usize {
  return channelsOut <= DOT_CHANNELS
    ? (<usize>(roundUp(runEntries, 8) * DOT_CHANNELS)) << 1
    : (<usize>(roundUp(runEntries, 2) * PANEL)) << 1;
}

/** Returns the bytes of one panel. */
export function panelBytes(rows: i32, runEntries: i32, channelsOut: i32): usize {
  return panelHeaderBytes(channelsOut) + <usize>rows * panelRowBytes(runEntries, channelsOut);
}

/** Returns the bytes of a packed filter. */
export function packedIntegerBytes(rows: i32, runEntries: i32, channelsOut: i32): i32 {
  const width = panelWidth(channelsOut);
  return <i32>panelBytes(rows, runEntries, channelsOut) * ((channelsOut + width - 1) / width);
}

/** Returns the address of one channel's weight of entry `k` of a filter row's run. */
function weightAddress(row: usize, k: i32, lane: i32, channelsOut: i32): usize {
  return channelsOut <= DOT_CHANNELS
    ? row + <usize>((((k >> 3) * DOT_CHANNELS + lane) << 4) + ((k & 7) << 1))
    : row + <usize>(((k >> 1) << 5) + (lane << 2) + ((k & 1) << 1));
}

/**
 * Packs a filter read with any strides (in floats) as levels, as fine as the norm of what is summed in integers allows.
 *
 * Panels of eight output channels: [value of one level 8][bias 8][tapY][pair of tapX·channelIn][8][2]; of three, where there
 * are no more: [value of one level 4][bias 4][tapY][eight of tapX·channelIn][3][8]. Zeros fill up.
 */
export function packInteger(
  filter: usize,
  tapsY: i32,
  tapsX: i32,
  channelsIn: i32,
  channelsOut: i32,
  strideTapY: i32,
  strideTapX: i32,
  strideIn: i32,
  strideOut: i32,
  bias: usize,
  packed: usize,
): void {
  const run = tapsX * channelsIn;
  const width = panelWidth(channelsOut);
  const header = panelHeaderBytes(channelsOut);
  const rowBytes = panelRowBytes(run, channelsOut);
  const bytes = panelBytes(tapsY, run, channelsOut);
  memory.fill(packed, 0, packedIntegerBytes(tapsY, run, channelsOut));
  for (let o = 0; o < channelsOut; o++) {
    const panel = packed + <usize>(o / width) * bytes;
    const lane = o % width;
    let squares: f64 = 0;
    let largest: f64 = 0;
    for (let y = 0; y < tapsY; y++) {
      if (summedRows(tapsY, channelsOut) == 1) squares = 0;
      for (let x = 0; x < tapsX; x++) {
        let from = filter + ((o * strideOut + y * strideTapY + x * strideTapX) << 2);
        for (let i = 0; i < channelsIn; i++, from += strideIn << 2) {
          const weight: f64 = load<f32>(from);
          squares += weight * weight;
        }
      }
      largest = max(largest, squares);
    }
    const level = <f32>(sqrt<f64>(largest) / FILTER_NORM);
    const factor = reciprocal(level);
    store<f32>(panel + (lane << 2), level);
    if (bias != 0) store<f32>(panel + (header >> 1) + (lane << 2), load<f32>(bias + (o << 2)));
    for (let y = 0; y < tapsY; y++) {
      const row = panel + header + <usize>y * rowBytes;
      for (let x = 0; x < tapsX; x++) {
        let from = filter + ((o * strideOut + y * strideTapY + x * strideTapX) << 2);
        for (let i = 0; i < channelsIn; i++, from += strideIn << 2) {
          const to = weightAddress(row, x * channelsIn + i, lane, channelsOut);
          store<i16>(to, <i16>nearest(load<f32>(from) * factor));
        }
      }
    }
  }
}

/** Returns the bytes `packIntegerConv2d` writes. */
export function packedIntegerConv2dBytes(kernelH: i32, kernelW: i32, channelsIn: i32, channelsOut: i32): i32 {
  return packedIntegerBytes(kernelH, kernelW * channelsIn, channelsOut);
}

/** Packs a filter [kernelH, kernelW, channelsIn, channelsOut] and its bias [channelsOut] (address 0: none) for `integerConv2d`. */
export function packIntegerConv2d(
  filter: usize,
  bias: usize,
  kernelH: i32,
  kernelW: i32,
  channelsIn: i32,
  channelsOut: i32,
  packed: usize,
): void {
  const tap = channelsIn * channelsOut;
  packInteger(
    filter,
    kernelH,
    kernelW,
    channelsIn,
    channelsOut,
    kernelW * tap,
    tap,
    channelsOut,
    1,
    bias,
    packed,
  );
}

/** Returns the bytes `packIntegerTransposedConv2d` writes. */
export function packedIntegerTransposedConv2dBytes(
  kernelH: i32,
  kernelW: i32,
  channelsIn: i32,
  channelsOut: i32,
  stride: i32,
): i32 {
  let bytes = 0;
  for (let y = 0; y < stride; y++) {
    for (let x = 0; x < stride; x++) {
      const run = phaseTaps(kernelW, x, stride) * channelsIn;
      bytes += packedIntegerBytes(phaseTaps(kernelH, y, stride), run, channelsOut);
    }
  }
  return bytes;
}

/**
 * Packs a filter [kernelH, kernelW, channelsOut, channelsIn] and its bias [channelsOut] (address 0: none) for
 * `integerTransposedConv2d`: one small rotated filter for each of the stride² output phases, in row order of the phases.
 */
export function packIntegerTransposedConv2d(
  filter: usize,
  bias: usize,
  kernelH: i32,
  kernelW: i32,
  channelsIn: i32,
  channelsOut: i32,
  stride: i32,
  top: i32,
  left: i32,
  packed: usize,
): void {
  const tap = channelsIn * channelsOut;
  const row = kernelW * tap;
  let to = packed;
  for (let y = 0; y < stride; y++) {
    const residueY = (y + top) % stride;
    const tapsY = phaseTaps(kernelH, residueY, stride);
    for (let x = 0; x < stride; x++) {
      const residueX = (x + left) % stride;
      const tapsX = phaseTaps(kernelW, residueX, stride);
      const last = (residueY + stride * (tapsY - 1)) * row + (residueX + stride * (tapsX - 1)) * tap;
      packInteger(
        filter + (last << 2),
        tapsY,
        tapsX,
        channelsIn,
        channelsOut,
        -stride * row,
        -stride * tap,
        1,
        channelsIn,
        bias,
        to,
      );
      to += packedIntegerBytes(tapsY, tapsX * channelsIn, channelsOut);
    }
  }
}
