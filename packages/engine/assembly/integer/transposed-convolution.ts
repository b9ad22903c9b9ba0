import { PADDING_ZERO, phaseTaps } from "../geometry";
import { activateFew, convolveLevels } from "./convolve-levels";
import { paddedLevelsBytes, writePaddedLevels } from "./image";
import { packedIntegerBytes, summedRows } from "./packing";

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
