import type { ImageFormat } from "@unpaired/core/contracts";
import sharp from "sharp";
import type { Picture } from "./picture.ts";

/** Compresses a picture; `quality` (1–100) applies to JPEG and WebP. */
export async function encodeImage(
  { width, height, data }: Picture,
  { format = "png", quality = 92 }: { readonly format?: ImageFormat; readonly quality?: number } = {},
): Promise<Uint8Array> {
  const image = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  return image.toFormat(format, format === "png" ? { compressionLevel: 9 } : { quality }).toBuffer();
}
