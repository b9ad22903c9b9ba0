import { decodeImage, type ImagePixels } from "../decode-image.ts";
import type { ImageCodec } from "./codec.ts";
import { LocalModelError } from "./local-model-error.ts";

interface Canvas {
  getContext(kind: "2d"): { putImageData(image: ImagePixels, x: number, y: number): void } | null;
  convertToBlob(options: { readonly type: string; readonly quality: number }): Promise<Blob>;
}

interface Platform {
  readonly OffscreenCanvas: new (width: number, height: number) => Canvas;
  readonly ImageData: new (data: Uint8ClampedArray, width: number, height: number) => ImagePixels;
}

/** The platform's own codecs, behind createImageBitmap and OffscreenCanvas. */
export const canvasCodec: ImageCodec = {
  decode: decodeImage,
  async encode({ data, width, height }, { format, quality }) {
    const { OffscreenCanvas, ImageData } = globalThis as unknown as Platform;
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("2d")!.putImageData(new ImageData(data, width, height), 0, 0);
    const image = await canvas.convertToBlob({ type: `image/${format}`, quality: quality / 100 });
    // A canvas that does not know a format writes PNG instead.
    if (image.type === `image/${format}`) return image;
    throw new LocalModelError(`this platform cannot write ${format}; ask for png or jpeg`, {
      code: "unsupported_platform",
    });
  },
};
