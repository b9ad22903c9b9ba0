import { activateFew, convolveLevels } from "./convolve-levels";
import { paddedLevelsBytes, writePaddedLevels } from "./image";
import { summedRows } from "./packing";

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

/** Returns how many rows make a longer one of at most 512 pixels, without a remainder. */
function rowsTogether(height: i32, width: i32): i32 {
  let rows = max(1, min(height, 512 / width));
  while (height % rows != 0) rows--;
  return rows;
}
