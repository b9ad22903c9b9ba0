import { InvalidArgumentError } from "commander";
import { MAX_SIDE } from "../plan/infer-shapes.ts";

/** An image's sides, in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Parses `256` (a square) or `320x240` (width by height). @throws InvalidArgumentError */
export function parseImageSize(text: string): ImageSize {
  const [, width, height] = /^(\d{1,5})(?:[x×](\d{1,5}))?$/i.exec(text) ?? [];
  const sides = [width, height ?? width].map(Number);
  if (!sides.every((side) => side >= 1 && side <= MAX_SIDE)) {
    throw new InvalidArgumentError(
      `Give one side, as 256, or width and height, as 320x240, each from 1 to ${MAX_SIDE}.`,
    );
  }
  return { width: sides[0]!, height: sides[1]! };
}
