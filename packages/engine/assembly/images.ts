import { PADDING_REFLECT, sourceIndex } from "./geometry";

/**
 * Copies one image [inputH, inputW, channels] into `output` [outputH, outputW, channels], whose pixel (0, 0) is the
 * input's (-top, -left); outside the input the output holds zeros (padding 0) or the mirror image (padding 1).
 */
export function padCopy(
  input: usize,
  inputH: i32,
  inputW: i32,
  channels: i32,
  top: i32,
  left: i32,
  padding: i32,
  output: usize,
  outputH: i32,
  outputW: i32,
): void {
  const pixelBytes: usize = channels << 2;
  const rowBytes: usize = inputW * pixelBytes;
  // Columns [from, to) of the output are one run of the input's row.
  const from = min(max(left, 0), outputW);
  const to = max(from, min(outputW, left + inputW));
  const runBytes: usize = (to - from) * pixelBytes;
  let target = output;
  for (let y = 0; y < outputH; y++) {
    const sourceY = sourceIndex(y - top, inputH, padding);
    if (sourceY < 0) {
      memory.fill(target, 0, outputW * pixelBytes);
      target += outputW * pixelBytes;
      continue;
    }
    const row: usize = input + sourceY * rowBytes;
    for (let x = 0; x < from; x++, target += pixelBytes)
      copyPixel(row, x - left, inputW, pixelBytes, padding, target);
    memory.copy(target, row + (from - left) * pixelBytes, runBytes);
    target += runBytes;
    for (let x = to; x < outputW; x++, target += pixelBytes)
      copyPixel(row, x - left, inputW, pixelBytes, padding, target);
  }
}

function copyPixel(row: usize, x: i32, width: i32, pixelBytes: usize, padding: i32, target: usize): void {
  const source = sourceIndex(x, width, padding);
  if (source < 0) {
    for (let b: usize = 0; b < pixelBytes; b += 4) store<f32>(target + b, 0);
    return;
  }
  const from = row + source * pixelBytes;
  for (let b: usize = 0; b < pixelBytes; b += 4) store<f32>(target + b, load<f32>(from + b));
}

/**
 * Pads `input` [batch, inputH, inputW, channels] with its mirror image (border pixel not repeated; each padding smaller
 * than the side) into `output` [batch, inputH + top + bottom, inputW + left + right, channels].
 */
export function mirrorPad(
  input: usize,
  batch: i32,
  inputH: i32,
  inputW: i32,
  channels: i32,
  top: i32,
  bottom: i32,
  left: i32,
  right: i32,
  output: usize,
): void {
  const outputH = inputH + top + bottom;
  const outputW = inputW + left + right;
  const inputBytes: usize = (inputH * inputW * channels) << 2;
  const outputBytes: usize = (outputH * outputW * channels) << 2;
  for (let n = 0; n < batch; n++) {
    padCopy(
      input + n * inputBytes,
      inputH,
      inputW,
      channels,
      top,
      left,
      PADDING_REFLECT,
      output + n * outputBytes,
      outputH,
      outputW,
    );
  }
}

/**
 * Resizes `input` [batch, inputH, inputW, channels] to `output` [batch, outputH, outputW, channels]: output row y is
 * input row floor(y·inputH / outputH), columns alike.
 */
export function resizeNearest(
  input: usize,
  batch: i32,
  inputH: i32,
  inputW: i32,
  channels: i32,
  output: usize,
  outputH: i32,
  outputW: i32,
): void {
  const pixelBytes: usize = channels << 2;
  const outputRowBytes: usize = outputW * pixelBytes;
  let target = output;
  for (let n = 0; n < batch; n++) {
    let previous = -1;
    for (let y = 0; y < outputH; y++) {
      const sourceY = <i32>((<i64>y * inputH) / outputH);
      if (sourceY == previous) {
        memory.copy(target, target - outputRowBytes, outputRowBytes);
        target += outputRowBytes;
        continue;
      }
      previous = sourceY;
      const row: usize = input + (n * inputH + sourceY) * inputW * pixelBytes;
      for (let x = 0; x < outputW; x++, target += pixelBytes) {
        const from: usize = row + ((x * inputW) / outputW) * pixelBytes;
        let b: usize = 0;
        for (; b + 16 <= pixelBytes; b += 16) v128.store(target + b, v128.load(from + b));
        for (; b < pixelBytes; b += 4) store<f32>(target + b, load<f32>(from + b));
      }
    }
  }
}

/** Joins `a` [pixels, channelsA] and `b` [pixels, channelsB] along the channels into `output` [pixels, channelsA + channelsB]. */
export function concatChannels(
  a: usize,
  channelsA: i32,
  b: usize,
  channelsB: i32,
  pixels: i32,
  output: usize,
): void {
  const bytesA: usize = channelsA << 2;
  const bytesB: usize = channelsB << 2;
  let target = output;
  for (let p = 0; p < pixels; p++) {
    memory.copy(target, a + p * bytesA, bytesA);
    target += bytesA;
    memory.copy(target, b + p * bytesB, bytesB);
    target += bytesB;
  }
}
