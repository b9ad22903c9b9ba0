import { ACTIVATION_NONE } from "./activation";
import { convolveGrid } from "./convolution";
import { PADDING_ZERO, phaseTaps } from "./geometry";
import { padCopy } from "./images";
import { madd } from "./simd";

/** Returns the bytes `packDepthwiseInputGradient` writes. */
export function packedDepthwiseInputGradientBytes(
  kernelH: i32,
  kernelW: i32,
  channels: i32,
  stride: i32,
): i32 {
  return 4 * channels * (stride * stride + kernelH * kernelW);
}

/**
 * Packs a filter [kernelH, kernelW, channels, 1] for `depthwiseInputGradient`: a rotated filter (and a zero bias) for
 * each of the stride² phases of the input.
 */
export function packDepthwiseInputGradient(
  filter: usize,
  kernelH: i32,
  kernelW: i32,
  channels: i32,
  stride: i32,
  top: i32,
  left: i32,
  packed: usize,
): void {
  const row: usize = channels << 2;
  let to = packed;
  for (let y = 0; y < stride; y++) {
    const residueY = (y + top) % stride;
    for (let x = 0; x < stride; x++) {
      const residueX = (x + left) % stride;
      memory.fill(to, 0, row);
      to += row;
      for (let ty = phaseTaps(kernelH, residueY, stride) - 1; ty >= 0; ty--) {
        for (let tx = phaseTaps(kernelW, residueX, stride) - 1; tx >= 0; tx--) {
          const tap = (residueY + stride * ty) * kernelW + residueX + stride * tx;
          memory.copy(to, filter + tap * row, row);
          to += row;
        }
      }
    }
  }
}

/**
 * Computes the gradient of a zero-padded depthwise convolution with respect to its input: `dy` [batch, outputH, outputW,
 * channels] into `dx` [batch, inputH, inputW, channels]. `packed` comes from `packDepthwiseInputGradient`.
 * `scratch` needs `transposedConv2dScratchBytes(kernelH, kernelW, channels)`.
 */
export function depthwiseInputGradient(
  dy: usize,
  batch: i32,
  outputH: i32,
  outputW: i32,
  channels: i32,
  packed: usize,
  kernelH: i32,
  kernelW: i32,
  stride: i32,
  top: i32,
  left: i32,
  dx: usize,
  inputH: i32,
  inputW: i32,
  scratch: usize,
): void {
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
        true,
        dy,
        batch,
        outputH,
        outputW,
        channels,
        filter,
        tapsY,
        tapsX,
        1,
        topY,
        leftX,
        PADDING_ZERO,
        dx,
        inputH,
        inputW,
        channels,
        (inputH - y + stride - 1) / stride,
        (inputW - x + stride - 1) / stride,
        stride,
        y,
        x,
        ACTIVATION_NONE,
        0,
        scratch,
      );
      filter += (channels * (1 + tapsY * tapsX)) << 2;
    }
  }
}

/** Returns the scratch bytes `depthwiseFilterGradient` needs. */
export function depthwiseFilterGradientScratchBytes(
  kernelH: i32,
  kernelW: i32,
  channels: i32,
  stride: i32,
  outputH: i32,
  outputW: i32,
): i32 {
  return 4 * ((outputH - 1) * stride + kernelH) * ((outputW - 1) * stride + kernelW) * channels;
}

/** Adds one image row's share of three neighbouring taps and eight channels to `sums`, whose taps are `tapBytes` apart. */
function accumulateThree(
  input: usize,
  stepBytes: usize,
  dy: usize,
  tapBytes: usize,
  columns: i32,
  sums: usize,
): void {
  const second = sums + tapBytes;
  const third = second + tapBytes;
  let a0 = v128.load(sums);
  let a1 = v128.load(sums, 16);
  let b0 = v128.load(second);
  let b1 = v128.load(second, 16);
  let c0 = v128.load(third);
  let c1 = v128.load(third, 16);
  let x = input;
  let g = dy;
  for (let p = 0; p < columns; p++, x += stepBytes, g += tapBytes) {
    const g0 = v128.load(g);
    const g1 = v128.load(g, 16);
    a0 = madd(v128.load(x), g0, a0);
    a1 = madd(v128.load(x, 16), g1, a1);
    b0 = madd(v128.load(x + tapBytes), g0, b0);
    b1 = madd(v128.load(x + tapBytes, 16), g1, b1);
    c0 = madd(v128.load(x + 2 * tapBytes), g0, c0);
    c1 = madd(v128.load(x + 2 * tapBytes, 16), g1, c1);
  }
  v128.store(sums, a0);
  v128.store(sums, a1, 16);
  v128.store(second, b0);
  v128.store(second, b1, 16);
  v128.store(third, c0);
  v128.store(third, c1, 16);
}

/** Adds one image row's share of one tap and eight channels to `sums`. */
function accumulateOne(
  input: usize,
  stepBytes: usize,
  dy: usize,
  dyStepBytes: usize,
  columns: i32,
  sums: usize,
): void {
  let a0 = v128.load(sums);
  let a1 = v128.load(sums, 16);
  let x = input;
  let g = dy;
  for (let p = 0; p < columns; p++, x += stepBytes, g += dyStepBytes) {
    a0 = madd(v128.load(x), v128.load(g), a0);
    a1 = madd(v128.load(x, 16), v128.load(g, 16), a1);
  }
  v128.store(sums, a0);
  v128.store(sums, a1, 16);
}

/**
 * Computes the gradient of a zero-padded depthwise convolution with respect to its filter: `dy` [batch, outputH,
 * outputW, channels] and `input` [batch, inputH, inputW, channels] into `filterGradient` [kernelH, kernelW, channels, 1].
 */
export function depthwiseFilterGradient(
  input: usize,
  batch: i32,
  inputH: i32,
  inputW: i32,
  channels: i32,
  dy: usize,
  kernelH: i32,
  kernelW: i32,
  stride: i32,
  top: i32,
  left: i32,
  outputH: i32,
  outputW: i32,
  filterGradient: usize,
  scratch: usize,
): void {
  const spanH = (outputH - 1) * stride + kernelH;
  const spanW = (outputW - 1) * stride + kernelW;
  const copied = top != 0 || left != 0 || spanH > inputH || spanW > inputW;
  const pixelBytes: usize = channels << 2;
  const rowBytes: usize = (copied ? spanW : inputW) * pixelBytes;
  const stepBytes: usize = stride * pixelBytes;
  memory.fill(filterGradient, 0, kernelH * kernelW * pixelBytes);
  for (let n = 0; n < batch; n++) {
    let image: usize = input + n * inputH * inputW * pixelBytes;
    if (copied) {
      padCopy(image, inputH, inputW, channels, top, left, PADDING_ZERO, scratch, spanH, spanW);
      image = scratch;
    }
    for (let y = 0; y < outputH; y++) {
      const gradient: usize = dy + (n * outputH + y) * outputW * pixelBytes;
      for (let ky = 0; ky < kernelH; ky++) {
        const row: usize = image + (y * stride + ky) * rowBytes;
        const sums: usize = filterGradient + ky * kernelW * pixelBytes;
        let c = 0;
        for (; c + 8 <= channels; c += 8) {
          const offset: usize = c << 2;
          let kx = 0;
          for (; kx + 3 <= kernelW; kx += 3) {
            const tap = offset + kx * pixelBytes;
            accumulateThree(row + tap, stepBytes, gradient + offset, pixelBytes, outputW, sums + tap);
          }
          for (; kx < kernelW; kx++) {
            const tap = offset + kx * pixelBytes;
            accumulateOne(row + tap, stepBytes, gradient + offset, pixelBytes, outputW, sums + tap);
          }
        }
        for (; c < channels; c++) {
          for (let kx = 0; kx < kernelW; kx++) {
            let x: usize = row + kx * pixelBytes + (c << 2);
            let g: usize = gradient + (c << 2);
            let sum: f32 = 0;
            for (let p = 0; p < outputW; p++, x += stepBytes, g += pixelBytes)
              sum += load<f32>(x) * load<f32>(g);
            const to: usize = sums + kx * pixelBytes + (c << 2);
            store<f32>(to, load<f32>(to) + sum);
          }
        }
      }
    }
  }
}
