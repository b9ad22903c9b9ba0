import { UnpairedError } from "./errors.ts";

/** Decoded pixels: 8 bit RGBA rows, `data.length = width × height × 4`. */
export interface ImagePixels {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** The DOM's own ImageData where its types are there, else its shape. */
export type DecodedImage = typeof globalThis extends { ImageData: { prototype: infer Data } }
  ? Data
  : ImagePixels;

interface Bitmap {
  readonly width: number;
  readonly height: number;
  close(): void;
}

interface Context {
  drawImage(bitmap: Bitmap, x: number, y: number): void;
  getImageData(x: number, y: number, width: number, height: number): ImagePixels;
}

interface Platform {
  readonly createImageBitmap?: (blob: Blob) => Promise<Bitmap>;
  readonly OffscreenCanvas?: new (
    width: number,
    height: number,
  ) => { getContext(kind: "2d", options: { willReadFrequently: boolean }): Context | null };
}

/** Whether {@link decodeImage} works here. */
export function canDecode(): boolean {
  const { createImageBitmap, OffscreenCanvas } = globalThis as Platform;
  // Deno's canvas has no 2d context, for one.
  return createImageBitmap !== undefined && contextOf(OffscreenCanvas, 1, 1) !== undefined;
}

function contextOf(OffscreenCanvas: Platform["OffscreenCanvas"], width: number, height: number) {
  return (
    (OffscreenCanvas && new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })) ??
    undefined
  );
}

/**
 * An image's pixels, decoded by the platform and turned as its EXIF orientation says.
 *
 * @throws {UnpairedError} `unsupported_platform` without createImageBitmap and OffscreenCanvas, `undecodable_image` for a broken image
 */
export async function decodeImage(blob: Blob): Promise<DecodedImage> {
  if (!canDecode()) {
    throw new UnpairedError(
      "this platform has no createImageBitmap or OffscreenCanvas to decode an image with; decode bytes() with a library such as sharp",
      { code: "unsupported_platform" },
    );
  }
  const { createImageBitmap, OffscreenCanvas } = globalThis as Platform;
  let bitmap: Bitmap | undefined;
  try {
    bitmap = await createImageBitmap!(blob);
    const { width, height } = bitmap;
    const context = contextOf(OffscreenCanvas, width, height)!;
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, width, height) as DecodedImage;
  } catch (cause) {
    throw new UnpairedError(
      `the ${blob.size} bytes of ${blob.type || "unknown type"} could not be decoded; check that they are a whole image`,
      {
        code: "undecodable_image",
        cause,
      },
    );
  } finally {
    bitmap?.close();
  }
}
