import type { ImageFormat } from "@unpaired/core/contracts";

/** What an image file says about itself before any pixel is decoded. */
export interface ImageHeader {
  readonly format: ImageFormat;
  /** Width and height in pixels as stored, before {@link orientation} is applied. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1–8; 1 where the file names none. */
  readonly orientation: number;
  /** Working memory its decoder takes per pixel beside the file: the pixels as RGBA and what they are made from. */
  readonly decoderBytesPerPixel: number;
}
