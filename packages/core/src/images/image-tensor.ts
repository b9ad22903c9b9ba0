import type { Raster } from "./raster.ts";

/** What a model puts out: interleaved values in [-1, 1], height × width × channels. */
interface ModelOutput {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Rec. 601 luma weights. */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * RGB of interleaved RGBA in 0–255, normalised as `x / 127.5 - 1`.
 *
 * @returns interleaved RGB in [-1, 1]
 */
export function normalize(rgba: Float32Array): Float32Array {
  const pixels = new Float32Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    pixels[to] = rgba[from]! / 127.5 - 1;
    pixels[to + 1] = rgba[from + 1]! / 127.5 - 1;
    pixels[to + 2] = rgba[from + 2]! / 127.5 - 1;
  }
  return pixels;
}

/** Luma of interleaved RGB in [-1, 1], for models of one channel. */
export function toLuma(rgb: Float32Array): Float32Array {
  return Float32Array.from(
    { length: rgb.length / 3 },
    (_, index) => LUMA[0] * rgb[index * 3]! + LUMA[1] * rgb[index * 3 + 1]! + LUMA[2] * rgb[index * 3 + 2]!,
  );
}

/**
 * 8-bit RGBA of a model's output in [-1, 1], one or three channels.
 *
 * @param alpha opacity in 0–255, height × width; opaque when absent
 */
export function toRaster({ data, width, height, channels }: ModelOutput, alpha?: Float32Array): Raster {
  const pixels = new Uint8ClampedArray(width * height * 4);
  const green = channels === 3 ? 1 : 0;
  for (let index = 0; index < width * height; index++) {
    const from = index * channels;
    const to = index * 4;
    pixels[to] = (data[from]! + 1) * 127.5;
    pixels[to + 1] = (data[from + green]! + 1) * 127.5;
    pixels[to + 2] = (data[from + green * 2]! + 1) * 127.5;
    pixels[to + 3] = alpha ? alpha[index]! : 255;
  }
  return { data: pixels, width, height };
}

/** Opacity of interleaved RGBA in 0–255, or undefined when every pixel is opaque. */
export function opacityOf(rgba: Float32Array): Float32Array | undefined {
  const alpha = new Float32Array(rgba.length / 4);
  let isOpaque = true;
  for (let index = 0; index < alpha.length; index++) {
    const value = rgba[index * 4 + 3]!;
    alpha[index] = value;
    if (value < 255) isOpaque = false;
  }
  return isOpaque ? undefined : alpha;
}
