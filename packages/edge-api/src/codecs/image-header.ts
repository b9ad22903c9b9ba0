import type { ImageFormat } from "@unpaired/core/contracts";

/** What an image file says about itself before any pixel is decoded. */
export interface ImageHeader {
  readonly format: ImageFormat;
  /** Width and height in pixels as stored, before {@link orientation} is applied. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1–8; 1 where the file names none. */
  readonly orientation: number;
  /** Where in a JPEG or a WebP the byte lies that says so. */
  readonly orientationOffset?: number | undefined;
  /** Bytes its decoder works with beside the file, whatever size is asked of it. */
  readonly workingBytes: number;
}
