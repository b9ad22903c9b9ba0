import { ACTIVATION_LEAKY_RELU, ACTIVATION_NONE } from "./activation";
import { activate } from "./elementwise";
import {
  BLOCK_GROUPS,
  DOT_CHANNELS,
  GROUP_PIXELS,
  PADDED_COPY_CHANNELS,
  PADDING_ZERO,
  PANEL_CHANNELS,
  phaseTaps,
  sourceIndex,
} from "./geometry";
import { padCopy } from "./images";
import { packedBytes } from "./packing";
import {
  depthwiseTile1,
  depthwiseTile8,
  dotTile1,
  dotTile3,
  panelTile,
  RECORD_OUT,
  RECORD_ROOM,
  RECORD_TAP_BYTES,
  RECORD_TAPS,
} from "./tiles";

/** Pixels gathered for the inner-product tile. */
const DOT_PIXELS: i32 = 4;

function gatherBytes(kernelH: i32, kernelW: i32, channelsIn: i32): i32 {
  const record = <i32>RECORD_TAPS + kernelH * kernelW * <i32>RECORD_TAP_BYTES;
  return BLOCK_GROUPS * record + 4 * kernelW * channelsIn + 16;
}

/**
 * Convolves over a grid of output pixels. Output pixel (i, j) of the grid lies at (firstY + i·step, firstX + j·step) of
 * the output image and reads the input from row i·stride - top and column j·stride - left on.
 * Six (or four) pixels are gathered at a time: one address per tap and pixel, or, where the six windows lie inside the
 * image's width, one per filter row, because kernelW·channelsIn floats are then one run in memory and in the filter.
 */
export function convolveGrid(
  depthwise: bool,
  input: usize,
  batch: i32,
  inputH: i32,
  inputW: i32,
  channelsIn: i32,
  packed: usize,
  kernelH: i32,
  kernelW: i32,
  stride: i32,
  top: i32,
  left: i32,
  padding: i32,
  output: usize,
  outputH: i32,
  outputW: i32,
  channelsOut: i32,
  gridH: i32,
  gridW: i32,
  step: i32,
  firstY: i32,
  firstX: i32,
  activation: i32,
  slope: f32,
  scratch: usize,
): void {
  if (gridH <= 0 || gridW <= 0) return;
  const dot = !depthwise && channelsOut <= DOT_CHANNELS;
  const groupPixels = dot ? DOT_PIXELS : GROUP_PIXELS;
  const taps = kernelH * kernelW;
  const recordBytes: usize = RECORD_TAPS + taps * RECORD_TAP_BYTES;
  const zeros = scratch + BLOCK_GROUPS * recordBytes;
  memory.fill(zeros, 0, (kernelW * channelsIn) << 2);
  const pixelBytes: usize = channelsIn << 2;
  const rowBytes: usize = inputW * pixelBytes;
  const imageBytes: usize = inputH * rowBytes;
  const outPixelBytes: usize = channelsOut << 2;
  const total = batch * gridH * gridW;
  let n = 0;
  let i = 0;
  let j = 0;
  let done = 0;
  while (done < total) {
    let groups = 0;
    let record = scratch;
    for (; groups < BLOCK_GROUPS && done < total; groups++, record += recordBytes) {
      let inside = !depthwise;
      for (let p = 0; p < groupPixels; p++) {
        const slot: usize = record + (p << 2);
        const y = i * stride - top;
        const x = j * stride - left;
        store<u32>(
          slot + RECORD_OUT,
          output + ((n * outputH + firstY + i * step) * outputW + firstX + j * step) * outPixelBytes,
        );
        store<i32>(slot + RECORD_ROOM, y);
        store<i32>(slot + RECORD_ROOM, x, 24);
        store<u32>(slot + RECORD_ROOM, input + n * imageBytes, 48);
        if (x < 0 || x + kernelW > inputW) inside = false;
        // Behind the last pixel the group repeats it: the same value is written to the same place again.
        if (++done < total) {
          if (++j == gridW) {
            j = 0;
            if (++i == gridH) {
              i = 0;
              n++;
            }
          }
        }
      }
      store<i32>(record, inside ? kernelH : taps);
      store<i32>(record, inside ? kernelW * channelsIn : channelsIn, 4);
      for (let p = 0; p < groupPixels; p++) {
        const slot: usize = record + (p << 2);
        const y = load<i32>(slot + RECORD_ROOM);
        const x = load<i32>(slot + RECORD_ROOM, 24);
        const image = <usize>load<u32>(slot + RECORD_ROOM, 48);
        let to = slot + RECORD_TAPS;
        for (let ky = 0; ky < kernelH; ky++) {
          const sourceY = sourceIndex(y + ky, inputH, padding);
          const row: usize = image + sourceY * rowBytes;
          if (inside) {
            store<u32>(to, sourceY < 0 ? zeros : row + x * pixelBytes);
            to += RECORD_TAP_BYTES;
          } else {
            for (let kx = 0; kx < kernelW; kx++, to += RECORD_TAP_BYTES) {
              const sourceX = sourceIndex(x + kx, inputW, padding);
              store<u32>(to, (sourceX | sourceY) < 0 ? zeros : row + sourceX * pixelBytes);
            }
          }
        }
      }
    }
    if (depthwise) {
      const weights = packed + pixelBytes;
      record = scratch;
      for (let g = 0; g < groups; g++, record += recordBytes) {
        let channel = 0;
        for (; channel + 8 <= channelsIn; channel += 8) {
          depthwiseTile8(record, packed, weights, channelsIn, channel, activation, slope);
        }
        for (; channel < channelsIn; channel++) {
          depthwiseTile1(record, packed, weights, channelsIn, channel, activation, slope);
        }
      }
    } else if (dot) {
      const row: usize = (taps * channelsIn) << 2;
      const weights: usize = packed + 16;
      record = scratch;
      for (let g = 0; g < groups; g++, record += recordBytes) {
        let o = 0;
        if (channelsOut >= 3) {
          dotTile3(record, weights, row, packed, 0);
          o = 3;
        }
        for (; o < channelsOut; o++) dotTile1(record, weights + o * row, packed + (o << 2), o << 2);
      }
    } else {
      const panelBytes: usize = (PANEL_CHANNELS * (1 + taps * channelsIn)) << 2;
      let panel = packed;
      for (let o = 0; o < channelsOut; o += PANEL_CHANNELS, panel += panelBytes) {
        const width = min(PANEL_CHANNELS, channelsOut - o);
        record = scratch;
        for (let g = 0; g < groups; g++, record += recordBytes) {
          panelTile(record, panel, o << 2, width, activation, slope);
        }
      }
    }
  }
}

/** Returns the activation the tiles leave to a pass of its own. */
function laterActivation(activation: i32, channelsOut: i32, depthwise: bool): i32 {
  if (activation > ACTIVATION_LEAKY_RELU) return activation;
  return !depthwise && channelsOut <= DOT_CHANNELS ? activation : ACTIVATION_NONE;
}

/** Returns the scratch bytes `conv2d` and `depthwiseConv2d` need. */
export function conv2dScratchBytes(
  kernelH: i32,
  kernelW: i32,
  channelsIn: i32,
  stride: i32,
  outputH: i32,
  outputW: i32,
): i32 {
  let bytes = gatherBytes(kernelH, kernelW, channelsIn);
  if (channelsIn < PADDED_COPY_CHANNELS) {
    bytes += 4 * ((outputH - 1) * stride + kernelH) * ((outputW - 1) * stride + kernelW) * channelsIn;
  }
  return bytes;
}

/**
 * Convolves `input` [batch, inputH, inputW, channelsIn] into `output` [batch, outputH, outputW, channelsOut].
 * `packed` comes from `packConv2d`. The padding on the top and left is given; below and on the right it follows from the
 * output size. `padding` is 0 for zeros, 1 for reflection (each padding then smaller than the side).
 * `activation` is 0 none, 1 relu, 2 leaky relu with `slope`, 3 tanh, 4 sigmoid.
 */
export function conv2d(
  input: usize,
  batch: i32,
  inputH: i32,
  inputW: i32,
  channelsIn: i32,
  packed: usize,
  kernelH: i32,
  kernelW: i32,
  stride: i32,
  top: i32,
  left: i32,
  padding: i32,
  output: usize,
  outputH: i32,
  outputW: i32,
  channelsOut: i32,
  activation: i32,
  slope: f32,
  scratch: usize,
): void {
  const later = laterActivation(activation, channelsOut, false);
  const fused = later == ACTIVATION_NONE ? activation : ACTIVATION_NONE;
  const spanH = (outputH - 1) * stride + kernelH;
  const spanW = (outputW - 1) * stride + kernelW;
  const inside = top == 0 && left == 0 && spanH <= inputH && spanW <= inputW;
  if (channelsIn < PADDED_COPY_CHANNELS && !inside) {
    const copy = scratch + gatherBytes(kernelH, kernelW, channelsIn);
    const inputBytes: usize = (inputH * inputW * channelsIn) << 2;
    const outputBytes: usize = (outputH * outputW * channelsOut) << 2;
    for (let n = 0; n < batch; n++) {
      padCopy(input + n * inputBytes, inputH, inputW, channelsIn, top, left, padding, copy, spanH, spanW);
      convolveGrid(
        false,
        copy,
        1,
        spanH,
        spanW,
        channelsIn,
        packed,
        kernelH,
        kernelW,
        stride,
        0,
        0,
        PADDING_ZERO,
        output + n * outputBytes,
        outputH,
        outputW,
        channelsOut,
        outputH,
        outputW,
        1,
        0,
        0,
        fused,
        slope,
        scratch,
      );
    }
  } else {
    convolveGrid(
      false,
      input,
      batch,
      inputH,
      inputW,
      channelsIn,
      packed,
      kernelH,
      kernelW,
      stride,
      top,
      left,
      padding,
      output,
      outputH,
      outputW,
      channelsOut,
      outputH,
      outputW,
      1,
      0,
      0,
      fused,
      slope,
      scratch,
    );
  }
  if (later != ACTIVATION_NONE)
    activate(output, output, batch * outputH * outputW * channelsOut, later, slope);
}

/**
 * Convolves each channel with its own filter: `input` [batch, inputH, inputW, channels] into `output`
 * [batch, outputH, outputW, channels]. `packed` comes from `packDepthwiseConv2d`; the rest is as in `conv2d`.
 */
export function depthwiseConv2d(
  input: usize,
  batch: i32,
  inputH: i32,
  inputW: i32,
  channels: i32,
  packed: usize,
  kernelH: i32,
  kernelW: i32,
  stride: i32,
  top: i32,
  left: i32,
  padding: i32,
  output: usize,
  outputH: i32,
  outputW: i32,
  activation: i32,
  slope: f32,
  scratch: usize,
): void {
  const later = laterActivation(activation, channels, true);
  const fused = later == ACTIVATION_NONE ? activation : ACTIVATION_NONE;
  convolveGrid(
    true,
    input,
    batch,
    inputH,
    inputW,
    channels,
    packed,
    kernelH,
    kernelW,
    stride,
    top,
    left,
    padding,
    output,
    outputH,
    outputW,
    channels,
    outputH,
    outputW,
    1,
    0,
    0,
    fused,
    slope,
    scratch,
  );
  if (later != ACTIVATION_NONE) activate(output, output, batch * outputH * outputW * channels, later, slope);
}

/** Returns the scratch bytes `transposedConv2d` needs. */
export function transposedConv2dScratchBytes(kernelH: i32, kernelW: i32, channelsIn: i32): i32 {
  return gatherBytes(kernelH, kernelW, channelsIn);
}

/**
 * Computes the gradient of a zero-padded convolution with respect to its input, which is the transposed convolution:
 * `input` [batch, inputH, inputW, channelsIn] into `output` [batch, outputH, outputW, channelsOut].
 * `packed` comes from `packTransposedConv2d` with the same stride, top and left. Output row y receives input row i
 * through filter row y + top - stride·i; each of the stride² phases of the output is a small convolution of its own.
 */
export function transposedConv2d(
  input: usize,
  batch: i32,
  inputH: i32,
  inputW: i32,
  channelsIn: i32,
  packed: usize,
  kernelH: i32,
  kernelW: i32,
  stride: i32,
  top: i32,
  left: i32,
  output: usize,
  outputH: i32,
  outputW: i32,
  channelsOut: i32,
  activation: i32,
  slope: f32,
  scratch: usize,
): void {
  const later = laterActivation(activation, channelsOut, false);
  const fused = later == ACTIVATION_NONE ? activation : ACTIVATION_NONE;
  let filter = packed;
  for (let y = 0; y < stride; y++) {
    const residueY = (y + top) % stride;
    const tapsY = phaseTaps(kernelH, residueY, stride);
    const topY = tapsY - 1 - (y + top - residueY) / stride;
    for (let x = 0; x < stride; x++) {
      const residueX = (x + left) % stride;
      const tapsX = phaseTaps(kernelW, residueX, stride);
      const leftX = tapsX - 1 - (x + left - residueX) / stride;
      convolveGrid(
        false,
        input,
        batch,
        inputH,
        inputW,
        channelsIn,
        filter,
        tapsY,
        tapsX,
        1,
        topY,
        leftX,
        PADDING_ZERO,
        output,
        outputH,
        outputW,
        channelsOut,
        (outputH - y + stride - 1) / stride,
        (outputW - x + stride - 1) / stride,
        stride,
        y,
        x,
        fused,
        slope,
        scratch,
      );
      filter += packedBytes(tapsY * tapsX, channelsIn, channelsOut);
    }
  }
  if (later != ACTIVATION_NONE)
    activate(output, output, batch * outputH * outputW * channelsOut, later, slope);
}
