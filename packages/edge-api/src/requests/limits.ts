/** What a request may cost, checked before any byte of an image is decoded. */
export interface Limits {
  /** Largest image file. */
  readonly imageBytes: number;
  /** Largest decoded image, width × height. */
  readonly imagePixels: number;
}

export const defaultLimits: Limits = { imageBytes: 20_000_000, imagePixels: 25_000_000 };
