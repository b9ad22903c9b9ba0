import { InvalidArgumentError } from "@unpaired/core";
import sharp from "sharp";
import type { Picture } from "./picture.ts";

export interface FitOptions {
  /** Side in pixels the model works at. */
  readonly sizePixels: number;
  /** Both sides of the result are multiples of this. */
  readonly multipleOf?: number;
  /** `square` squeezes to `sizePixels`²; `aspect` scales the longer side to `sizePixels` and keeps the shape. */
  readonly fit?: "square" | "aspect";
}

/**
 * Resizes a picture to what a model takes, with a bicubic kernel and nothing random.
 *
 * @throws InvalidArgumentError when the size is not a positive multiple of `multipleOf`
 */
export async function fitToModel(
  picture: Picture,
  { sizePixels, multipleOf = 4, fit = "square" }: FitOptions,
): Promise<Picture> {
  if (!Number.isInteger(sizePixels) || sizePixels < 1 || sizePixels > 4096 || sizePixels % multipleOf !== 0) {
    throw new InvalidArgumentError(
      `The size is ${sizePixels} pixels; it must be a multiple of ${multipleOf} from ${multipleOf} to 4096.`,
    );
  }
  const scale = sizePixels / Math.max(picture.width, picture.height);
  const side = (pixels: number) =>
    fit === "square" ? sizePixels : Math.max(1, Math.round((pixels * scale) / multipleOf)) * multipleOf;
  return resize(picture, side(picture.width), side(picture.height));
}

/** Resizes a picture with a bicubic kernel, giving up its proportions where they differ. */
export async function resize(picture: Picture, width: number, height: number): Promise<Picture> {
  if (picture.width === width && picture.height === height) return picture;
  const data = await sharp(picture.data, {
    raw: { width: picture.width, height: picture.height, channels: 3 },
    limitInputPixels: false,
  })
    .resize(width, height, { fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer();
  return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}
