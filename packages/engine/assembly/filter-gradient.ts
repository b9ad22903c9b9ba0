import { PADDING_ZERO, roundUp } from "./geometry";
import { padCopy } from "./images";
import { madd } from "./simd";

/** Filter rows (of kernelW·channelsIn) per register tile. */
const TILE_ROWS: i32 = 6;
/** Output channels per register tile. */
const TILE_CHANNELS: i32 = 8;
/** Filter rows per register tile where the output channels are few and the lanes run over the filter rows. */
const WIDE_ROWS: i32 = 16;
/** Bytes of input and gradient rows worked on at a time, so that they stay in the first cache. */
const BLOCK_BYTES: i32 = 24576;
/** Bytes behind a padded copy that a tile may read without using them. */
const SLACK_BYTES: i32 = 64;

/**
 * Accumulates six filter rows × eight output channels over `rows` × `columns` pixels and adds the filter rows
 * [firstRow, stopRow) and the channels from `firstChannel` on to `sums`.
 */
function accumulateTile(
  input: usize,
  inputRowBytes: usize,
  inputStepBytes: usize,
  dy: usize,
  dyRowBytes: usize,
  dyStepBytes: usize,
  rows: i32,
  columns: i32,
  sums: usize,
  firstRow: i32,
  stopRow: i32,
  firstChannel: i32,
  scratch: usize,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  let c40 = c00;
  let c41 = c00;
  let c50 = c00;
  let c51 = c00;
  let inputRow = input;
  let dyRow = dy;
  for (let r = 0; r < rows; r++, inputRow += inputRowBytes, dyRow += dyRowBytes) {
    let x = inputRow;
    let g = dyRow;
    for (let p = 0; p < columns; p++, x += inputStepBytes, g += dyStepBytes) {
      const g0 = v128.load(g);
      const g1 = v128.load(g, 16);
      let v = v128.load32_splat(x);
      c00 = madd(v, g0, c00);
      c01 = madd(v, g1, c01);
      v = v128.load32_splat(x, 4);
      c10 = madd(v, g0, c10);
      c11 = madd(v, g1, c11);
      v = v128.load32_splat(x, 8);
      c20 = madd(v, g0, c20);
      c21 = madd(v, g1, c21);
      v = v128.load32_splat(x, 12);
      c30 = madd(v, g0, c30);
      c31 = madd(v, g1, c31);
      v = v128.load32_splat(x, 16);
      c40 = madd(v, g0, c40);
      c41 = madd(v, g1, c41);
      v = v128.load32_splat(x, 20);
      c50 = madd(v, g0, c50);
      c51 = madd(v, g1, c51);
    }
  }
  if (firstRow == 0 && stopRow == TILE_ROWS && firstChannel == 0) {
    let to = sums;
    v128.store(to, f32x4.add(v128.load(to), c00));
    v128.store(to, f32x4.add(v128.load(to, 16), c01), 16);
    to += dyStepBytes;
    v128.store(to, f32x4.add(v128.load(to), c10));
    v128.store(to, f32x4.add(v128.load(to, 16), c11), 16);
    to += dyStepBytes;
    v128.store(to, f32x4.add(v128.load(to), c20));
    v128.store(to, f32x4.add(v128.load(to, 16), c21), 16);
    to += dyStepBytes;
    v128.store(to, f32x4.add(v128.load(to), c30));
    v128.store(to, f32x4.add(v128.load(to, 16), c31), 16);
    to += dyStepBytes;
    v128.store(to, f32x4.add(v128.load(to), c40));
    v128.store(to, f32x4.add(v128.load(to, 16), c41), 16);
    to += dyStepBytes;
    v128.store(to, f32x4.add(v128.load(to), c50));
    v128.store(to, f32x4.add(v128.load(to, 16), c51), 16);
    return;
  }
  v128.store(scratch, c00);
  v128.store(scratch, c01, 16);
  v128.store(scratch, c10, 32);
  v128.store(scratch, c11, 48);
  v128.store(scratch, c20, 64);
  v128.store(scratch, c21, 80);
  v128.store(scratch, c30, 96);
  v128.store(scratch, c31, 112);
  v128.store(scratch, c40, 128);
  v128.store(scratch, c41, 144);
  v128.store(scratch, c50, 160);
  v128.store(scratch, c51, 176);
  for (let r = firstRow; r < stopRow; r++) {
    for (let o = firstChannel; o < TILE_CHANNELS; o++) {
      const to: usize = sums + r * dyStepBytes + (o << 2);
      store<f32>(to, load<f32>(to) + load<f32>(scratch + (r << 5) + (o << 2)));
    }
  }
}

/** Accumulates 16 filter rows × 3 output channels; `sums` holds one row of `sumsBytes` for each output channel. */
function accumulateWide3(
  input: usize,
  inputRowBytes: usize,
  inputStepBytes: usize,
  dy: usize,
  dyRowBytes: usize,
  dyStepBytes: usize,
  rows: i32,
  columns: i32,
  sums: usize,
  sumsBytes: usize,
): void {
  const a = sums;
  const b = sums + sumsBytes;
  const c = b + sumsBytes;
  let a0 = v128.load(a);
  let a1 = v128.load(a, 16);
  let a2 = v128.load(a, 32);
  let a3 = v128.load(a, 48);
  let b0 = v128.load(b);
  let b1 = v128.load(b, 16);
  let b2 = v128.load(b, 32);
  let b3 = v128.load(b, 48);
  let c0 = v128.load(c);
  let c1 = v128.load(c, 16);
  let c2 = v128.load(c, 32);
  let c3 = v128.load(c, 48);
  let inputRow = input;
  let dyRow = dy;
  for (let r = 0; r < rows; r++, inputRow += inputRowBytes, dyRow += dyRowBytes) {
    let x = inputRow;
    let g = dyRow;
    for (let p = 0; p < columns; p++, x += inputStepBytes, g += dyStepBytes) {
      const ga = v128.load32_splat(g);
      const gb = v128.load32_splat(g, 4);
      const gc = v128.load32_splat(g, 8);
      let v = v128.load(x);
      a0 = madd(v, ga, a0);
      b0 = madd(v, gb, b0);
      c0 = madd(v, gc, c0);
      v = v128.load(x, 16);
      a1 = madd(v, ga, a1);
      b1 = madd(v, gb, b1);
      c1 = madd(v, gc, c1);
      v = v128.load(x, 32);
      a2 = madd(v, ga, a2);
      b2 = madd(v, gb, b2);
      c2 = madd(v, gc, c2);
      v = v128.load(x, 48);
      a3 = madd(v, ga, a3);
      b3 = madd(v, gb, b3);
      c3 = madd(v, gc, c3);
    }
  }
  v128.store(a, a0);
  v128.store(a, a1, 16);
  v128.store(a, a2, 32);
  v128.store(a, a3, 48);
  v128.store(b, b0);
  v128.store(b, b1, 16);
  v128.store(b, b2, 32);
  v128.store(b, b3, 48);
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
}

/** Accumulates 16 filter rows of one output channel. */
function accumulateWide1(
  input: usize,
  inputRowBytes: usize,
  inputStepBytes: usize,
  dy: usize,
  dyRowBytes: usize,
  dyStepBytes: usize,
  rows: i32,
  columns: i32,
  sums: usize,
): void {
  let a0 = v128.load(sums);
  let a1 = v128.load(sums, 16);
  let a2 = v128.load(sums, 32);
  let a3 = v128.load(sums, 48);
  let inputRow = input;
  let dyRow = dy;
  for (let r = 0; r < rows; r++, inputRow += inputRowBytes, dyRow += dyRowBytes) {
    let x = inputRow;
    let g = dyRow;
    for (let p = 0; p < columns; p++, x += inputStepBytes, g += dyStepBytes) {
      const v = v128.load32_splat(g);
      a0 = madd(v128.load(x), v, a0);
      a1 = madd(v128.load(x, 16), v, a1);
      a2 = madd(v128.load(x, 32), v, a2);
      a3 = madd(v128.load(x, 48), v, a3);
    }
  }
  v128.store(sums, a0);
  v128.store(sums, a1, 16);
  v128.store(sums, a2, 32);
  v128.store(sums, a3, 48);
}

function wideSumsBytes(kernelH: i32, kernelW: i32, channelsIn: i32): i32 {
  return 4 * kernelH * roundUp(kernelW * channelsIn, WIDE_ROWS);
}

/** Returns the scratch bytes `conv2dFilterGradient` needs. */
export function conv2dFilterGradientScratchBytes(
  kernelH: i32,
  kernelW: i32,
  channelsIn: i32,
  channelsOut: i32,
  stride: i32,
  outputH: i32,
  outputW: i32,
): i32 {
  const spanH = (outputH - 1) * stride + kernelH;
  const spanW = (outputW - 1) * stride + kernelW;
  const copy = 4 * spanH * spanW * channelsIn + SLACK_BYTES;
  const sums = channelsOut < TILE_CHANNELS ? channelsOut * wideSumsBytes(kernelH, kernelW, channelsIn) : 192;
  return sums + copy;
}

/**
 * Computes the gradient of a zero-padded convolution with respect to its filter: `dy` [batch, outputH, outputW,
 * channelsOut] and `input` [batch, inputH, inputW, channelsIn] into `filterGradient`
 * [kernelH, kernelW, channelsIn, channelsOut]. Tiles of 6 × 8 filter entries stay in registers while the pixels of some
 * rows pass; kernelW·channelsIn entries of a filter row meet floats that are one run in the (padded) image.
 */
export function conv2dFilterGradient(
  input: usize,
  batch: i32,
  inputH: i32,
  inputW: i32,
  channelsIn: i32,
  dy: usize,
  kernelH: i32,
  kernelW: i32,
  stride: i32,
  top: i32,
  left: i32,
  outputH: i32,
  outputW: i32,
  channelsOut: i32,
  filterGradient: usize,
  scratch: usize,
): void {
  const wide = channelsOut < TILE_CHANNELS;
  const run = kernelW * channelsIn;
  const spanH = (outputH - 1) * stride + kernelH;
  const spanW = (outputW - 1) * stride + kernelW;
  const overreads = wide ? (run & (WIDE_ROWS - 1)) != 0 : run < TILE_ROWS;
  const copied = overreads || top != 0 || left != 0 || spanH > inputH || spanW > inputW;
  const sumsBytes: usize = wideSumsBytes(kernelH, kernelW, channelsIn);
  const sumsRowBytes: usize = sumsBytes / kernelH;
  const copy: usize = scratch + (wide ? channelsOut * sumsBytes : 192);
  const pixelBytes: usize = channelsIn << 2;
  const rowBytes: usize = (copied ? spanW : inputW) * pixelBytes;
  const dyPixelBytes: usize = channelsOut << 2;
  const dyRowBytes: usize = outputW * dyPixelBytes;
  const stepBytes: usize = stride * pixelBytes;
  const strideBytes: usize = stride * rowBytes;
  if (wide) memory.fill(scratch, 0, channelsOut * sumsBytes);
  else memory.fill(filterGradient, 0, kernelH * run * dyPixelBytes);
  const blockRows = max(1, BLOCK_BYTES / <i32>(strideBytes + dyRowBytes));
  for (let n = 0; n < batch; n++) {
    let image: usize = input + n * inputH * inputW * pixelBytes;
    if (copied) {
      padCopy(image, inputH, inputW, channelsIn, top, left, PADDING_ZERO, copy, spanH, spanW);
      image = copy;
    }
    const gradient: usize = dy + n * outputH * dyRowBytes;
    for (let y = 0; y < outputH; y += blockRows) {
      const rows = min(blockRows, outputH - y);
      const dyBlock: usize = gradient + y * dyRowBytes;
      for (let ky = 0; ky < kernelH; ky++) {
        const block: usize = image + (y * stride + ky) * rowBytes;
        if (wide) {
          const sums: usize = scratch + ky * sumsRowBytes;
          for (let j = 0; j < run; j += WIDE_ROWS) {
            const offset: usize = j << 2;
            let o = 0;
            for (; o + 3 <= channelsOut; o += 3) {
              accumulateWide3(
                block + offset,
                strideBytes,
                stepBytes,
                dyBlock + (o << 2),
                dyRowBytes,
                dyPixelBytes,
                rows,
                outputW,
                sums + o * sumsBytes + offset,
                sumsBytes,
              );
            }
            for (; o < channelsOut; o++) {
              accumulateWide1(
                block + offset,
                strideBytes,
                stepBytes,
                dyBlock + (o << 2),
                dyRowBytes,
                dyPixelBytes,
                rows,
                outputW,
                sums + o * sumsBytes + offset,
              );
            }
          }
          continue;
        }
        const sums: usize = filterGradient + ky * run * dyPixelBytes;
        for (let j = 0; j < run; j += TILE_ROWS) {
          // A last tile that would stick out starts earlier and adds only the rows that are its own.
          const startRow = max(0, min(j, run - TILE_ROWS));
          const ownRow = j - startRow;
          for (let o = 0; o < channelsOut; o += TILE_CHANNELS) {
            const startChannel = min(o, channelsOut - TILE_CHANNELS);
            accumulateTile(
              block + (startRow << 2),
              strideBytes,
              stepBytes,
              dyBlock + (startChannel << 2),
              dyRowBytes,
              dyPixelBytes,
              rows,
              outputW,
              sums + startRow * dyPixelBytes + (startChannel << 2),
              ownRow,
              min(run, TILE_ROWS),
              o - startChannel,
              scratch,
            );
          }
        }
      }
    }
  }
  if (!wide) return;
  let to = filterGradient;
  for (let ky = 0; ky < kernelH; ky++) {
    for (let j = 0; j < run; j++) {
      let from = scratch + ky * sumsRowBytes + (j << 2);
      for (let o = 0; o < channelsOut; o++, to += 4, from += sumsBytes) store<f32>(to, load<f32>(from));
    }
  }
}
