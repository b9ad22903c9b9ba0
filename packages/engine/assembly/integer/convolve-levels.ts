import { ACTIVATION_NONE } from "../activation";
import { activate } from "../elementwise";
import { dotRow } from "./dot-row";
import { panelBytes, panelHeaderBytes, panelWidth } from "./packing";
import { DOT_CHANNELS, panelRow } from "./rows";

/** Bytes of input rows that all panels pass over before the next rows, so that they stay in the nearer caches. */
const BLOCK_BYTES: i32 = 96 * 1024;

/**
 * Convolves an image of levels with a packed filter: output pixel (y, x) begins at `levels` + y·stepY + x·stepX bytes and
 * reads `rows` runs of `run` levels, `rowBytes` apart. `level` is what one input level stands for.
 */
export function convolveLevels(
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

/** Activates the output of few channels, which `convolveLevels` leaves as it is: so no lane stands for a channel that is not there. */
export function activateFew(output: usize, pixels: i32, channels: i32, activation: i32, slope: f32): void {
  if (channels > DOT_CHANNELS || activation == ACTIVATION_NONE) return;
  activate(output, output, pixels * channels, activation, slope);
}
