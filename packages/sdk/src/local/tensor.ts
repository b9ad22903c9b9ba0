import { fittedSize } from "@unpaired/core/contracts";
import { normalize, opacityOf, resample, toLuma, toRaster } from "@unpaired/core/images";
import type { ImageTensor } from "@unpaired/engine";
import type { ImagePixels } from "../decode-image.ts";

/** An image made ready for a model. */
export interface FittedImage {
  readonly width: number;
  readonly height: number;
  /** Interleaved RGB in [-1, 1], height × width × 3. */
  readonly rgb: Float32Array;
  /** In 0–255, height × width; undefined where every pixel is opaque. */
  readonly opacity: Float32Array | undefined;
}

/** Scales an image to what a model takes: its shorter side to `size`, both sides to multiples of `multipleOf`. */
export function fitImage(
  pixels: ImagePixels,
  target: { readonly size: number; readonly multipleOf: number },
): FittedImage {
  const { width, height } = fittedSize(pixels, target);
  const rgba = resample(pixels, width, height);
  return { width, height, rgb: normalize(rgba), opacity: opacityOf(rgba) };
}

/** The model's input: RGB as it is, or its luma for a model of one channel. */
export function toTensor({ rgb, width, height }: FittedImage, channels: number): ImageTensor {
  return { data: channels === 3 ? rgb : toLuma(rgb), width, height, channels };
}

/** Pixels of a model's output in [-1, 1]; opaque where it has another size than the opacity. */
export function toPixels(output: ImageTensor, opacity: Float32Array | undefined): ImagePixels {
  return toRaster(output, opacity?.length === output.width * output.height ? opacity : undefined);
}
