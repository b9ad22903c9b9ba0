import { fittedSide, fittedSize } from "./fitted-size.ts";
import type { ImageFit } from "./http.ts";

/** A rectangle of whole pixels. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Which part of an image a model gets, and at which size. */
export interface FittedImage {
  /** Part of the upright image that is translated. */
  readonly region: Region;
  /** Sides in pixels the part is scaled to, multiples of what the model asks for. */
  readonly width: number;
  readonly height: number;
}

/**
 * How an image is fitted to a model: `contain` keeps all of it and its aspect ({@link fittedSize}), `cover` the square in
 * its middle, `stretch` all of it squeezed into a square.
 *
 * @param image width and height in pixels, upright
 */
export function fitImage(
  image: { readonly width: number; readonly height: number },
  { size, multipleOf, fit }: { readonly size: number; readonly multipleOf: number; readonly fit: ImageFit },
): FittedImage {
  const { width, height } = image;
  const whole = { left: 0, top: 0, width, height };
  if (fit === "contain") return { region: whole, ...fittedSize(image, { size, multipleOf }) };
  const side = fittedSide(size, multipleOf);
  if (fit === "stretch") return { region: whole, width: side, height: side };
  const kept = Math.min(width, height);
  const region = {
    left: Math.floor((width - kept) / 2),
    top: Math.floor((height - kept) / 2),
    width: kept,
    height: kept,
  };
  return { region, width: side, height: side };
}
