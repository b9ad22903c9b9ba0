import { ACTIVATION_NONE } from "../activation";
import { activate } from "../elementwise";
import { PADDING_ZERO, phaseTaps } from "../geometry";
import { dotRow } from "./dot-row";
import { paddedLevelsBytes, writePaddedLevels } from "./image";
import { packedIntegerBytes, panelBytes, panelHeaderBytes, panelWidth, summedRows } from "./packing";
import { DOT_CHANNELS, panelRow } from "./rows";

/** Bytes of input rows that all panels pass over before the next rows, so that they stay in the nearer caches. */
const BLOCK_BYTES: i32 = 96 * 1024;

/**
 * Convolves an image of levels with a packed filter: output pixel (y, x) begins at `levels` + y·stepY + x·stepX bytes and
 * reads `rows` runs of `run` levels, `rowBytes` apart. `level` is what one input level stands for.
 */
function convolveLevels(
  levels: usize,
  stepY: usize,
  stepX: usize,
  rowBytes: usize,
  rows: i32,
  run: i32,
  level: f32,
  packed: usize,
  output: usize,
  outputRowBytes: usize,
  outputPixelBytes: usize,
  outputH: i32,
  outputW: i32,
  channelsOut: i32,
  activation: i32,
  slope: f32,
): void {
  const few = channelsOut <= DOT_CHANNELS;
  const width = panelWidth(channelsOut);
  const bytes = panelBytes(rows, run, channelsOut);
  const header = panelHeaderBytes(channelsOut);
  const levelLanes = f32x4.splat(level);
  const blockRows = max(1, BLOCK_BYTES / <i32>stepY);
  for (let begin = 0; begin < outputH; begin += blockRows) {
    const end = min(outputH, begin + blockRows);
    let panel = packed;
    for (let first = 0; first < channelsOut; first += width, panel += bytes) {
      const channels = min(width, channelsOut - first);
      const scale0 = f32x4.mul(levelLanes, v128.load(panel));
      const scale1 = few ? scale0 : f32x4.mul(levelLanes, v128.load(panel, 16));
      const bias0 = v128.load(panel + (header >> 1));
      const bias1 = few ? bias0 : v128.load(panel + (header >> 1), 16);
      for (let y = begin; y < end; y++) {
        const from = levels + <usize>y * stepY;
        const to = output + <usize>y * outputRowBytes + <usize>(first << 2);
        if (few) {
          dotRow(
            from,
            stepX,
            rowBytes,
            rows,
            (run + 7) >> 3,
            panel + header,
            scale0,
            bias0,
            to,
            outputPixelBytes,
            outputW,
            channels,
          );
        } else {
          panelRow(
            from,
            stepX,
            rowBytes,
            rows,
            (run + 1) >> 1,
            panel + header,
            scale0,
            scale1,
            bias0,
            bias1,
            to,
            outputPixelBytes,
            outputW,
            channels,
            activation,
            slope,
          );
        }
      }
    }
  }
}

/** Returns the scratch bytes `integerConv2d` needs. */
export function integerConv2dScratchBytes(
  kernelH: i32,
  kernelW: i32,
  channelsIn: i32,
  stride: i32,
  outputH: i32,
  outputW: i32,
): i32 {
  return paddedLevelsBytes((outputH - 1) * stride + kernelH, (outputW - 1) * stride + kernelW, channelsIn);
}

/**
 * As `conv2d`, in integers: `packed` comes from `packIntegerConv2d`. `range` holds bounds on the input as
 * `integerInstanceNorm` writes them; 0: they are measured.
 */
export function integerConv2d(
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
  range: usize,
): void {
  const paddedH = (outputH - 1) * stride + kernelH;
  const paddedW = (outputW - 1) * stride + kernelW;
  const pixelBytes: usize = channelsIn << 1;
  const rowBytes = <usize>paddedW * pixelBytes;
  const outputPixelBytes: usize = channelsOut << 2;
  const outputRowBytes = <usize>outputW * outputPixelBytes;
  for (let n = 0; n < batch; n++) {
    const level = writePaddedLevels(
      input + ((<usize>n * inputH * inputW * channelsIn) << 2),
      inputH,
      inputW,
      channelsIn,
      top,
      left,
      padding,
      scratch,
      paddedH,
      paddedW,
      summedRows(kernelH, channelsOut) * kernelW,
      range,
    );
    // Rows that follow each other without a border are as good as one long row, and fewer calls.
    const together = kernelH == 1 && paddedW == outputW && stride == 1 ? rowsTogether(outputH, outputW) : 1;
    convolveLevels(
      scratch,
      <usize>(stride * together) * rowBytes,
      <usize>stride * pixelBytes,
      rowBytes,
      kernelH,
      kernelW * channelsIn,
      level,
      packed,
      output + <usize>n * outputH * outputRowBytes,
      <usize>together * outputRowBytes,
      outputPixelBytes,
      outputH / together,
      outputW * together,
      channelsOut,
      activation,
      slope,
    );
  }
  activateFew(output, batch * outputH * outputW, channelsOut, activation, slope);
}

/** Activates the output of few channels, which `convolveLevels` leaves as it is: so no lane stands for a channel that is not there. */
function activateFew(output: usize, pixels: i32, channels: i32, activation: i32, slope: f32): void {
  if (channels > DOT_CHANNELS || activation == ACTIVATION_NONE) return;
  activate(output, output, pixels * channels, activation, slope);
}

/** Returns how many rows make a longer one of at most 512 pixels, without a remainder. */
function rowsTogether(height: i32, width: i32): i32 {
  let rows = max(1, min(height, 512 / width));
  while (height % rows != 0) rows--;
  return rows;
}

/** Returns how many input pixels before its own an output phase reaches back to. */
function phaseMargin(phase: i32, kernel: i32, stride: i32, before: i32): i32 {
  const residue = (phase + before) % stride;
  return phaseTaps(kernel, residue, stride) - 1 - (phase + before - residue) / stride;
}

/** Returns the largest margin of all phases, at least 0. */
function leadingMargin(kernel: i32, stride: i32, before: i32): i32 {
  let margin = 0;
  for (let phase = 0; phase < stride; phase++)
    margin = max(margin, phaseMargin(phase, kernel, stride, before));
  return margin;
}

/** Returns the input pixels, with `leadingMargin` before the first, that all phases reach. */
function paddedSide(kernel: i32, stride: i32, before: i32, outputSide: i32): i32 {
  const leading = leadingMargin(kernel, stride, before);
  let side = 1;
  for (let phase = 0; phase < stride; phase++) {
    const outputs = (outputSide - phase + stride - 1) / stride;
    const taps = phaseTaps(kernel, (phase + before) % stride, stride);
    side = max(side, leading - phaseMargin(phase, kernel, stride, before) + outputs - 1 + taps);
  }
  return side;
}

/** Returns the scratch bytes `integerTransposedConv2d` needs. */
export function integerTransposedConv2dScratchBytes(
  kernelH: i32,
  kernelW: i32,
  channelsIn: i32,
  stride: i32,
  top: i32,
  left: i32,
  outputH: i32,
  outputW: i32,
): i32 {
  const height = paddedSide(kernelH, stride, top, outputH);
  return paddedLevelsBytes(height, paddedSide(kernelW, stride, left, outputW), channelsIn);
}

/** As `transposedConv2d`, in integers: `packed` comes from `packIntegerTransposedConv2d`; `range` as `integerConv2d` has it. */
export function integerTransposedConv2d(
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
  range: usize,
): void {
  const paddedTop = leadingMargin(kernelH, stride, top);
  const paddedLeft = leadingMargin(kernelW, stride, left);
  const paddedH = paddedSide(kernelH, stride, top, outputH);
  const paddedW = paddedSide(kernelW, stride, left, outputW);
  const pixelBytes: usize = channelsIn << 1;
  const rowBytes = <usize>paddedW * pixelBytes;
  const outputPixelBytes: usize = channelsOut << 2;
  const outputRowBytes = <usize>outputW * outputPixelBytes;
  for (let n = 0; n < batch; n++) {
    const level = writePaddedLevels(
      input + ((<usize>n * inputH * inputW * channelsIn) << 2),
      inputH,
      inputW,
      channelsIn,
      paddedTop,
      paddedLeft,
      PADDING_ZERO,
      scratch,
      paddedH,
      paddedW,
      summedRows(phaseTaps(kernelH, 0, stride), channelsOut) * phaseTaps(kernelW, 0, stride),
      range,
    );
    const to = output + <usize>n * outputH * outputRowBytes;
    let filter = packed;
    for (let y = 0; y < stride; y++) {
      const tapsY = phaseTaps(kernelH, (y + top) % stride, stride);
      const skipY = paddedTop - phaseMargin(y, kernelH, stride, top);
      for (let x = 0; x < stride; x++) {
        const tapsX = phaseTaps(kernelW, (x + left) % stride, stride);
        const skipX = paddedLeft - phaseMargin(x, kernelW, stride, left);
        convolveLevels(
          scratch + <usize>skipY * rowBytes + <usize>skipX * pixelBytes,
          rowBytes,
          pixelBytes,
          rowBytes,
          tapsY,
          tapsX * channelsIn,
          level,
          filter,
          to + <usize>y * outputRowBytes + <usize>x * outputPixelBytes,
          <usize>stride * outputRowBytes,
          <usize>stride * outputPixelBytes,
          (outputH - y + stride - 1) / stride,
          (outputW - x + stride - 1) / stride,
          channelsOut,
          activation,
          slope,
        );
        filter += packedIntegerBytes(tapsY, tapsX * channelsIn, channelsOut);
      }
    }
  }
  activateFew(output, batch * outputH * outputW, channelsOut, activation, slope);
}
