import { fittedSize } from "@unpaired/core/contracts";
import type { ImageTensor } from "@unpaired/engine";
import type { ImagePixels } from "../decode-image.ts";
import { resample } from "./resample.ts";

/** Rec. 601 luma weights. */
const luma = [0.299, 0.587, 0.114] as const;

/** An image made ready for a model. */
export interface FittedImage {
  readonly width: number;
  readonly height: number;
  /** Interleaved RGB in [-1, 1], height × width × 3. */
  readonly rgb: Float32Array;
  /** In 0–255, height × width. */
  readonly alpha: Float32Array;
}

/** Scales an image to what a model takes: its shorter side to `size`, both sides to multiples of `multipleOf`. */
export function fitImage(
  pixels: ImagePixels,
  target: { readonly size: number; readonly multipleOf: number },
): FittedImage {
  const { width, height } = fittedSize(pixels, target);
  const rgba = resample(pixels, width, height);
  const rgb = new Float32Array(width * height * 3);
  const alpha = new Float32Array(width * height);
  for (let index = 0; index < alpha.length; index++) {
    for (let channel = 0; channel < 3; channel++) {
      rgb[index * 3 + channel] = rgba[index * 4 + channel]! / 127.5 - 1;
    }
    alpha[index] = rgba[index * 4 + 3]!;
  }
  return { width, height, rgb, alpha };
}

/** The model's input: RGB as it is, or its luma for a model of one channel. */
export function toTensor({ rgb, width, height }: FittedImage, channels: number): ImageTensor {
  if (channels === 3) return { data: rgb, width, height, channels };
  const data = new Float32Array(width * height);
  for (let index = 0; index < data.length; index++) {
    const at = index * 3;
    data[index] = luma[0] * rgb[at]! + luma[1] * rgb[at + 1]! + luma[2] * rgb[at + 2]!;
  }
  return { data, width, height, channels };
}

/**
 * Pixels of a model's output in [-1, 1], one or three channels.
 *
 * @param alpha opacity in 0–255; opaque where the output has another size
 */
export function toPixels({ data, width, height, channels }: ImageTensor, alpha: Float32Array): ImagePixels {
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let index = 0; index < width * height; index++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[index * 4 + channel] = (data[index * channels + (channels === 1 ? 0 : channel)]! + 1) * 127.5;
    }
    pixels[index * 4 + 3] = alpha.length === width * height ? alpha[index]! : 255;
  }
  return { data: pixels, width, height };
}
