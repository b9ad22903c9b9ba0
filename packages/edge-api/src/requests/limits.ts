import type { PixelLimits } from "../codecs/inspect-image.ts";

/** What a request may cost, checked before any byte of an image is decoded. */
export interface Limits extends PixelLimits {
  /** Largest image file. */
  readonly imageBytes: number;
}

export const defaultLimits: Limits = {
  imageBytes: 20_000_000,
  imagePixels: 25_000_000,
  imageSide: 16_384,
};
