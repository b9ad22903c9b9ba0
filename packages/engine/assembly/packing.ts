import { DOT_CHANNELS, PANEL_CHANNELS, phaseTaps, roundUp } from "./geometry";

/** Returns the bytes of one packed filter with `taps` taps: its bias and its weights. */
export function packedBytes(taps: i32, channelsIn: i32, channelsOut: i32): i32 {
  if (channelsOut <= DOT_CHANNELS) return 4 * (DOT_CHANNELS + channelsOut * taps * channelsIn);
  const panels = roundUp(channelsOut, PANEL_CHANNELS) / PANEL_CHANNELS;
  return 4 * panels * PANEL_CHANNELS * (1 + taps * channelsIn);
}

/**
 * Packs a filter read with any strides (in floats).
 *
 * More than four output channels: panels of eight, each [bias 8][tapY][tapX][channelIn][8], zeros behind the last channel.
 * At most four: [bias 4][channelOut][tapY][tapX][channelIn], for the inner-product tile.
 */
export function packStrided(
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
  let to = packed;
  if (channelsOut <= DOT_CHANNELS) {
    for (let o = 0; o < DOT_CHANNELS; o++, to += 4) {
      store<f32>(to, bias != 0 && o < channelsOut ? load<f32>(bias + (o << 2)) : 0);
    }
    for (let o = 0; o < channelsOut; o++) {
      for (let y = 0; y < tapsY; y++) {
        for (let x = 0; x < tapsX; x++) {
          let from = filter + ((o * strideOut + y * strideTapY + x * strideTapX) << 2);
          for (let i = 0; i < channelsIn; i++, to += 4, from += strideIn << 2)
            store<f32>(to, load<f32>(from));
        }
      }
    }
    return;
  }
  for (let first = 0; first < channelsOut; first += PANEL_CHANNELS) {
    const width = min(PANEL_CHANNELS, channelsOut - first);
    for (let o = 0; o < PANEL_CHANNELS; o++, to += 4) {
      store<f32>(to, bias != 0 && o < width ? load<f32>(bias + ((first + o) << 2)) : 0);
    }
    for (let y = 0; y < tapsY; y++) {
      for (let x = 0; x < tapsX; x++) {
        let from = filter + ((first * strideOut + y * strideTapY + x * strideTapX) << 2);
        for (let i = 0; i < channelsIn; i++, to += 32, from += strideIn << 2) {
          if (width == PANEL_CHANNELS && strideOut == 1) {
            v128.store(to, v128.load(from));
            v128.store(to, v128.load(from, 16), 16);
          } else {
            for (let o = 0; o < PANEL_CHANNELS; o++) {
              store<f32>(to + (o << 2), o < width ? load<f32>(from + ((o * strideOut) << 2)) : 0);
            }
          }
        }
      }
    }
  }
}

/** Returns the bytes `packConv2d` writes. */
export function packedConv2dBytes(kernelH: i32, kernelW: i32, channelsIn: i32, channelsOut: i32): i32 {
  return packedBytes(kernelH * kernelW, channelsIn, channelsOut);
}

/** Packs a filter [kernelH, kernelW, channelsIn, channelsOut] and its bias [channelsOut] (address 0: none) for `conv2d`. */
export function packConv2d(
  filter: usize,
  bias: usize,
  kernelH: i32,
  kernelW: i32,
  channelsIn: i32,
  channelsOut: i32,
  packed: usize,
): void {
  const tap = channelsIn * channelsOut;
  packStrided(
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

/** Returns the bytes `packTransposedConv2d` writes. */
export function packedTransposedConv2dBytes(
  kernelH: i32,
  kernelW: i32,
  channelsIn: i32,
  channelsOut: i32,
  stride: i32,
): i32 {
  let bytes = 0;
  for (let y = 0; y < stride; y++) {
    for (let x = 0; x < stride; x++) {
      const taps = phaseTaps(kernelH, y, stride) * phaseTaps(kernelW, x, stride);
      bytes += packedBytes(taps, channelsIn, channelsOut);
    }
  }
  return bytes;
}

/**
 * Packs a filter [kernelH, kernelW, channelsOut, channelsIn] and its bias [channelsOut] (address 0: none) for
 * `transposedConv2d`: one small rotated filter for each of the stride² output phases, in row order of the phases.
 * `top` and `left` are the padding of the convolution this one is the gradient of.
 */
export function packTransposedConv2d(
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
      packStrided(
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
      to += packedBytes(tapsY * tapsX, channelsIn, channelsOut);
    }
  }
}

/** Returns the bytes `packDepthwiseConv2d` writes. */
export function packedDepthwiseConv2dBytes(kernelH: i32, kernelW: i32, channels: i32): i32 {
  return 4 * channels * (1 + kernelH * kernelW);
}

/** Packs a filter [kernelH, kernelW, channels, 1] and its bias [channels] (address 0: none) for `depthwiseConv2d`. */
export function packDepthwiseConv2d(
  filter: usize,
  bias: usize,
  kernelH: i32,
  kernelW: i32,
  channels: i32,
  packed: usize,
): void {
  const row = channels << 2;
  if (bias != 0) memory.copy(packed, bias, row);
  else memory.fill(packed, 0, row);
  memory.copy(packed + row, filter, kernelH * kernelW * row);
}
