import { InvalidArgumentError } from "@unpaired/core";
import type { ImageSize } from "./decode.ts";

/** What becomes of a picture before the networks see it, by the reference's names. */
export const preprocessNames = [
  "resize_and_crop",
  "crop",
  "scale_width",
  "scale_width_and_crop",
  "none",
] as const;

export type PreprocessName = (typeof preprocessNames)[number];

/** Settings of {@link loadedSize} and {@link seenSize}. */
export interface Preprocessing {
  readonly preprocess: PreprocessName;
  /** Side or width in pixels pictures are resized to. */
  readonly loadSizePixels: number;
  /** Side in pixels of the part that is seen. */
  readonly cropSizePixels: number;
  /** Where nothing is cropped, sides become the nearest multiple of this: what the networks need. */
  readonly multipleOf: number;
}

/**
 * Size a picture is resized to before any crop.
 *
 * `resize_and_crop`: the square of the load size; `crop`: as it is; `scale_width_and_crop`: the load size wide, height
 * in proportion but at least the crop size; `scale_width`: the same, both sides to the nearest multiple; `none`: the
 * nearest multiples of its own sides.
 *
 * Source: junyanz/pytorch-CycleGAN-and-pix2pix `base_dataset.py`, which leaves the height of `scale_width` as it falls.
 */
export function loadedSize(
  { width, height }: ImageSize,
  { preprocess, loadSizePixels, cropSizePixels, multipleOf }: Preprocessing,
): ImageSize {
  const scaledHeight = Math.trunc(Math.max((loadSizePixels * height) / width, cropSizePixels));
  switch (preprocess) {
    case "resize_and_crop":
      return { width: loadSizePixels, height: loadSizePixels };
    case "crop":
      return { width, height };
    case "scale_width_and_crop":
      return { width: loadSizePixels, height: scaledHeight };
    case "scale_width":
      return {
        width: nearestMultiple(loadSizePixels, multipleOf),
        height: nearestMultiple(scaledHeight, multipleOf),
      };
    case "none":
      return { width: nearestMultiple(width, multipleOf), height: nearestMultiple(height, multipleOf) };
  }
}

/** Whether what is seen is a crop of one fixed size. */
export function isCropped(preprocess: PreprocessName): boolean {
  return preprocess.endsWith("crop");
}

/** Size of what the networks see of a picture of this loaded size. */
export function seenSize(loaded: ImageSize, { preprocess, cropSizePixels }: Preprocessing): ImageSize {
  return isCropped(preprocess) ? { width: cropSizePixels, height: cropSizePixels } : loaded;
}

/**
 * Checks settings that depend on one another.
 *
 * @throws InvalidArgumentError naming the first that is out of range
 */
export function checkPreprocessing(
  { preprocess, loadSizePixels, cropSizePixels, multipleOf }: Preprocessing,
  batchSize: number,
): void {
  if (!preprocessNames.includes(preprocess)) {
    throw new InvalidArgumentError(
      `The preprocessing is ${preprocess}; choose one of ${preprocessNames.join(", ")}.`,
    );
  }
  const resizes = preprocess !== "crop" && preprocess !== "none";
  checkInteger("load size", loadSizePixels, 4, 4096);
  checkInteger("crop size", cropSizePixels, 4, resizes ? loadSizePixels : 4096);
  checkInteger("multiple of the sides", multipleOf, 1, 1024);
  if (isCropped(preprocess) && cropSizePixels % multipleOf !== 0) {
    throw new InvalidArgumentError(
      `The crop size is ${cropSizePixels}; these networks need a multiple of ${multipleOf}.`,
    );
  }
  if (!isCropped(preprocess) && batchSize > 1) {
    throw new InvalidArgumentError(
      `The batch size is ${batchSize}, but ${preprocess} leaves every picture its own shape; use a batch size of 1 or a preprocessing that crops.`,
    );
  }
}

/**
 * Checks that a setting is a whole number within bounds.
 *
 * @throws InvalidArgumentError naming it
 */
export function checkInteger(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new InvalidArgumentError(`The ${name} is ${value}; it must be an integer from ${low} to ${high}.`);
  }
}

/** Ties go to the even multiple, as in Python's `round`, and nothing becomes 0. */
function nearestMultiple(value: number, multiple: number): number {
  const quotient = value / multiple;
  const below = Math.floor(quotient);
  const isTie = quotient - below === 0.5;
  const rounded = isTie ? below + (below % 2) : Math.round(quotient);
  return Math.max(1, rounded) * multiple;
}
