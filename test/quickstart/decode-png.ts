import type { Picture } from "@unpaired/trainer";
import sharp from "sharp";

/** Decodes an image the service answered with to RGB. */
export async function decodePng(bytes: Uint8Array): Promise<Picture> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return {
    data: new Uint8Array(data.buffer, data.byteOffset, data.length),
    width: info.width,
    height: info.height,
  };
}
