import type { FittedImage } from "@unpaired/core/contracts";
import { scaledSide } from "./jpeg-decoder.ts";

/** How many times the pixels wanted are decoded at least: what the DCT leaves out then is hardly seen. */
export const OVERSAMPLING = 2;
/** A decoded picture larger than this is decoded smaller, if all pixels wanted are still there. */
export const MOST_PIXELS = 8_000_000;

/**
 * The eighths of its size that a JPEG is decoded to before it is scaled. They follow from the sizes alone, so that
 * equal requests get equal answers.
 *
 * @param target as stored
 */
export function decodedEighths(
  { width, height }: { readonly width: number; readonly height: number },
  target: FittedImage,
): number {
  const enough = (times: number) => {
    const across = (times * target.width) / target.region.width;
    const down = (times * target.height) / target.region.height;
    return Math.min(8, Math.ceil(8 * Math.max(across, down)));
  };
  const least = enough(1);
  let eighths = enough(OVERSAMPLING);
  while (eighths > least && scaledSide(width, eighths) * scaledSide(height, eighths) > MOST_PIXELS) eighths--;
  return eighths;
}
