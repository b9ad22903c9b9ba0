import type { ImagePixels } from "./decode-image.ts";
import { InvalidArgumentError } from "./errors.ts";

/** The shape of the DOM's ImageData: 8 bit RGBA rows, `data.length = width × height × 4`. */
export interface ImageDataLike {
  readonly data: ArrayLike<number>;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

interface CanvasLike {
  getContext(kind: "2d"): { putImageData(image: ImagePixels, x: number, y: number): void } | null;
  convertToBlob(options: { type: string }): Promise<Blob>;
}

/**
 * Decoded pixels as a PNG, encoded by the platform.
 *
 * @throws {InvalidArgumentError} where the platform has no OffscreenCanvas, or its canvas refuses the pixels
 */
export async function encodeImageData(image: ImagePixels): Promise<Blob> {
  const { OffscreenCanvas, ImageData } = globalThis as {
    OffscreenCanvas?: new (width: number, height: number) => CanvasLike;
    ImageData?: new (data: Uint8ClampedArray, width: number, height: number) => ImagePixels;
  };
  if (!OffscreenCanvas) {
    throw new InvalidArgumentError(
      "the image is ImageData, which needs OffscreenCanvas to be encoded and this platform has none; encode it to PNG, JPEG or WebP first",
      { code: "unsupported_image" },
    );
  }
  try {
    const canvas = new OffscreenCanvas(image.width, image.height);
    // A canvas takes the class, not the shape.
    const pixels = ImageData ? new ImageData(image.data, image.width, image.height) : image;
    canvas.getContext("2d")!.putImageData(pixels, 0, 0);
    return await canvas.convertToBlob({ type: "image/png" });
  } catch (cause) {
    throw new InvalidArgumentError(
      `the ImageData of ${image.width} × ${image.height} pixels could not be encoded to PNG`,
      { code: "unsupported_image", cause },
    );
  }
}
