import type { ImageFormat } from "@unpaired/core/contracts";
import type { ImagePixels } from "../decode-image.ts";

/** How to encode an image. */
export interface EncodeOptions {
  readonly format: ImageFormat;
  /** For JPEG and WebP, 1–100. */
  readonly quality: number;
}

/** Reads and writes image files. */
export interface ImageCodec {
  /** The image's pixels, turned as its EXIF orientation says. */
  decode(image: Blob): Promise<ImagePixels>;
  /** The pixels as a file of exactly the format asked for, typed by it. */
  encode(pixels: ImagePixels, options: EncodeOptions): Promise<Blob>;
}

/** Images with more pixels are refused once their size is known. */
export const maxPixels = 25_000_000;
