import { add } from "./elementwise";

/** Adds what row `source` of the padded gradient contributes to row `target` of the input's gradient. */
function foldRow(source: usize, target: usize, width: i32, channels: i32, left: i32, right: i32): void {
  const pixelBytes: usize = channels << 2;
  add(target, source + left * pixelBytes, target, width * channels);
  for (let x = 1; x <= left; x++) {
    add(target + x * pixelBytes, source + (left - x) * pixelBytes, target + x * pixelBytes, channels);
  }
  for (let x = 1; x <= right; x++) {
    const to: usize = target + (width - 1 - x) * pixelBytes;
    add(to, source + (left + width - 1 + x) * pixelBytes, to, channels);
  }
}

/**
 * Computes the exact gradient of `mirrorPad`: `dy` [batch, inputH + top + bottom, inputW + left + right, channels] into
 * `dx` [batch, inputH, inputW, channels]. Every mirrored pixel adds to the one it was copied from.
 */
export function mirrorPadGradient(
  dy: usize,
  batch: i32,
  inputH: i32,
  inputW: i32,
  channels: i32,
  top: i32,
  bottom: i32,
  left: i32,
  right: i32,
  dx: usize,
): void {
  const rowBytes: usize = (inputW * channels) << 2;
  const paddedRowBytes: usize = ((left + inputW + right) * channels) << 2;
  const paddedH = top + inputH + bottom;
  memory.fill(dx, 0, batch * inputH * rowBytes);
  for (let n = 0; n < batch; n++) {
    const image: usize = dx + n * inputH * rowBytes;
    const padded: usize = dy + n * paddedH * paddedRowBytes;
    for (let y = 0; y < paddedH; y++) {
      let target = y - top;
      if (target < 0) target = -target;
      else if (target >= inputH) target = 2 * (inputH - 1) - target;
      foldRow(padded + y * paddedRowBytes, image + target * rowBytes, inputW, channels, left, right);
    }
  }
}

/**
 * Computes the gradient of `resizeNearest`: `dy` [batch, outputH, outputW, channels] into
 * `dx` [batch, inputH, inputW, channels].
 */
export function resizeNearestGradient(
  dy: usize,
  batch: i32,
  inputH: i32,
  inputW: i32,
  channels: i32,
  outputH: i32,
  outputW: i32,
  dx: usize,
): void {
  const pixelBytes: usize = channels << 2;
  memory.fill(dx, 0, batch * inputH * inputW * pixelBytes);
  let from = dy;
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < outputH; y++) {
      const row: usize = dx + (n * inputH + (y * inputH) / outputH) * inputW * pixelBytes;
      for (let x = 0; x < outputW; x++, from += pixelBytes) {
        const to: usize = row + ((x * inputW) / outputW) * pixelBytes;
        add(to, from, to, channels);
      }
    }
  }
}
