/** Decoded pixels: interleaved RGBA, 8 bits, not premultiplied. */
export interface Raster {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}
