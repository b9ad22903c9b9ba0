import { ACTIVATION_NONE } from "../activation";
import { sumColumns, TERM_PLAIN } from "../column-sums";
import { activate } from "../elementwise";
import { sourceIndex } from "../geometry";
import { levelFactor, reciprocal, writeLevels } from "./levels";
import { PANEL, panelRow } from "./rows";
import {
  convolveConstants,
  FILTER_ROOM_BYTES,
  POSITIONS,
  summedChannels,
  transformedFilterBytes,
  transformedLevels,
  transformPackedFilter,
} from "./winograd-packing";
import { transformInput, transformOutput } from "./winograd-transforms";

/** Side of the outputs one tile makes. */
const TILE: i32 = 4;
/** Side of the inputs one tile reads. */
const WINDOW: i32 = 6;
/** Bytes of transformed tiles that are worked on together, so that they stay in the second cache. */
const BLOCK_BYTES: i32 = 640 * 1024;
/** Apart from whole pages, so that the positions of a tile do not fall on the same lines of the first cache. */
const SKEW_BYTES: i32 = 64;

/** Returns how many tiles are worked on together. */
function blockTiles(channelsIn: i32, channelsOut: i32, tiles: i32): i32 {
  const most = BLOCK_BYTES / (POSITIONS * 4 * max(channelsIn, channelsOut));
  return min(tiles, max(8, most & -4));
}

function tileCount(outputH: i32, outputW: i32): i32 {
  return ((outputH + TILE - 1) / TILE) * ((outputW + TILE - 1) / TILE);
}

/** Returns the scratch bytes `winogradConv2d` needs. */
export function winogradConv2dScratchBytes(
  channelsIn: i32,
  channelsOut: i32,
  outputH: i32,
  outputW: i32,
): i32 {
  const block = blockTiles(channelsIn, channelsOut, tileCount(outputH, outputW));
  const widest = max(channelsIn, channelsOut);
  return (
    transformedFilterBytes(channelsIn, channelsOut) +
    POSITIONS * (block * widest * 4 + SKEW_BYTES) +
    block * channelsIn * 2 +
    WINDOW * WINDOW * widest * 4 +
    4 * (channelsIn + channelsOut) +
    2 * FILTER_ROOM_BYTES
  );
}

/**
 * As `conv2d` of a 3×3 filter with stride 1, by Winograd's transformation in integers: `packed` comes from
 * `packWinogradConv2d`; both channel counts are multiples of eight.
 */
export function winogradConv2d(
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
  const tilesX = (outputW + TILE - 1) / TILE;
  const tiles = tileCount(outputH, outputW);
  const block = blockTiles(channelsIn, channelsOut, tiles);
  const widest = max(channelsIn, channelsOut);
  const filter = scratch;
  const blocks = filter + <usize>transformedFilterBytes(channelsIn, channelsOut);
  const positionBytes = <usize>(block * widest * 4 + SKEW_BYTES);
  const levels = blocks + <usize>POSITIONS * positionBytes;
  const patch = levels + <usize>(block * channelsIn * 2);
  const means = patch + <usize>(WINDOW * WINDOW * widest * 4);
  const bias = means + <usize>(channelsIn * 4);
  const room = bias + <usize>(channelsOut * 4);
  const inputBytes: usize = (inputH * inputW * channelsIn) << 2;
  const outputBytes: usize = (outputH * outputW * channelsOut) << 2;
  transformPackedFilter(packed, channelsIn, channelsOut, filter, room);
  for (let n = 0; n < batch; n++) {
    const from = input + <usize>n * inputBytes;
    const to = output + <usize>n * outputBytes;
    // A filter's rounding errors are multiplied by the tile, and the mean is most of it; the mean's share is known without.
    sumColumns(from, 0, TERM_PLAIN, inputH * inputW, channelsIn, <f32>1 / <f32>(inputH * inputW), means);
    convolveConstants(packed, means, channelsIn, channelsOut, bias);
    for (let first = 0; first < tiles; first += block) {
      const count = min(block, tiles - first);
      for (let t = 0; t < count; t++) {
        const y = ((first + t) / tilesX) * TILE;
        const x = ((first + t) % tilesX) * TILE;
        readTile(
          from,
          inputH,
          inputW,
          channelsIn,
          y - top,
          x - left,
          min(WINDOW, outputH - y + 2),
          min(WINDOW, outputW - x + 2),
          padding,
          means,
          patch,
          blocks + <usize>((t * channelsIn) << 2),
          positionBytes,
          room,
        );
      }
      for (let position = 0; position < POSITIONS; position++) {
        multiplyPosition(
          blocks + <usize>position * positionBytes,
          count,
          channelsIn,
          channelsOut,
          filter + ((<usize>position * channelsIn * channelsOut) << 1),
          transformedLevels(packed, channelsOut) + ((<usize>position * channelsOut) << 2),
          levels,
        );
      }
      for (let t = 0; t < count; t++) {
        const y = ((first + t) / tilesX) * TILE;
        const x = ((first + t) % tilesX) * TILE;
        writeTile(
          blocks + <usize>((t * channelsOut) << 2),
          positionBytes,
          bias,
          channelsOut,
          to,
          outputW,
          y,
          x,
          min(TILE, outputH - y),
          min(TILE, outputW - x),
          patch,
          room,
        );
      }
    }
  }
  if (activation != ACTIVATION_NONE)
    activate(output, output, batch * outputH * outputW * channelsOut, activation, slope);
}

/**
 * Transforms the tile whose first pixel is (y, x) of the image, less the means, for all channels. Only `height` × `width` of its pixels
 * matter; the others count as zeros.
 */
function readTile(
  image: usize,
  imageH: i32,
  imageW: i32,
  channels: i32,
  y: i32,
  x: i32,
  height: i32,
  width: i32,
  padding: i32,
  means: usize,
  patch: usize,
  transformed: usize,
  positionBytes: usize,
  lines: usize,
): void {
  const pixelBytes: usize = channels << 2;
  let rowBytes = <usize>imageW * pixelBytes;
  let tile = image + <usize>y * rowBytes + <usize>x * pixelBytes;
  const inside = y >= 0 && x >= 0 && y + WINDOW <= imageH && x + WINDOW <= imageW;
  if (!inside) {
    let to = patch;
    for (let i = 0; i < WINDOW; i++) {
      const sourceY = i < height ? sourceIndex(y + i, imageH, padding) : -1;
      for (let j = 0; j < WINDOW; j++, to += pixelBytes) {
        const sourceX = j < width ? sourceIndex(x + j, imageW, padding) : -1;
        if (sourceY < 0 || sourceX < 0) {
          for (let b: usize = 0; b < pixelBytes; b += 16) v128.store(to + b, i32x4.splat(0));
        } else {
          const from = image + <usize>(sourceY * imageW + sourceX) * pixelBytes;
          for (let b: usize = 0; b < pixelBytes; b += 16) v128.store(to + b, v128.load(from + b));
        }
      }
    }
    tile = patch;
    rowBytes = <usize>WINDOW * pixelBytes;
  }
  for (let b: usize = 0; b < pixelBytes; b += 16)
    transformInput(
      tile + b,
      rowBytes,
      pixelBytes,
      v128.load(means + b),
      transformed + b,
      positionBytes,
      lines,
    );
}

/** Multiplies one position of all tiles with its filter, in place: [tile][channelsIn] becomes [tile][channelsOut]. */
function multiplyPosition(
  values: usize,
  tiles: i32,
  channelsIn: i32,
  channelsOut: i32,
  weights: usize,
  weightLevels: usize,
  levels: usize,
): void {
  const summed = summedChannels(channelsIn);
  const factor = levelFactor(values, (tiles * channelsIn) / summed, summed, 1);
  writeLevels(values, tiles * channelsIn, factor, levels);
  const level = f32x4.splat(reciprocal(factor));
  const none = f32x4.splat(0);
  let panel = weights;
  for (let first: usize = 0; first < <usize>channelsOut; first += PANEL, panel += channelsIn << 4) {
    panelRow(
      levels,
      channelsIn << 1,
      summed << 1,
      channelsIn / summed,
      summed >> 1,
      panel,
      f32x4.mul(level, v128.load(weightLevels + (first << 2))),
      f32x4.mul(level, v128.load(weightLevels + (first << 2), 16)),
      none,
      none,
      values + (first << 2),
      channelsOut << 2,
      tiles,
      PANEL,
      ACTIVATION_NONE,
      0,
    );
  }
}

/** Writes the tile's outputs from (y, x) on, of which `height` × `width` lie inside the image. */
function writeTile(
  products: usize,
  positionBytes: usize,
  bias: usize,
  channels: i32,
  image: usize,
  imageW: i32,
  y: i32,
  x: i32,
  height: i32,
  width: i32,
  patch: usize,
  lines: usize,
): void {
  const pixelBytes: usize = channels << 2;
  const imageRowBytes = <usize>imageW * pixelBytes;
  const target = image + <usize>y * imageRowBytes + <usize>x * pixelBytes;
  const whole = height == TILE && width == TILE;
  const tile = whole ? target : patch;
  const rowBytes = whole ? imageRowBytes : <usize>TILE * pixelBytes;
  for (let b: usize = 0; b < pixelBytes; b += 16)
    transformOutput(products + b, positionBytes, v128.load(bias + b), tile + b, rowBytes, pixelBytes, lines);
  if (whole) return;
  for (let i: usize = 0; i < <usize>height; i++)
    memory.copy(target + i * imageRowBytes, patch + i * rowBytes, <usize>width * pixelBytes);
}
