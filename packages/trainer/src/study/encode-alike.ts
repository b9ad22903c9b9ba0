import sharp from "sharp";
import { readImage } from "../data/decode.ts";
import { PADDING_OVERHEAD_BYTES } from "./pad-webp.ts";

const QUALITY = 92;

/** Size of every picture of a study in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * A picture as WebP of a size, its middle where the proportions differ, without any metadata. Every picture goes the same way,
 * so that nothing but its content can tell what it is.
 *
 * @throws DataError
 */
export async function encodePicture(file: string, { width, height }: PictureSize): Promise<Uint8Array> {
  const { data, ...raw } = await readImage(file);
  return sharp(data, { raw: { width: raw.width, height: raw.height, channels: 3 } })
    .resize(width, height, { fit: "cover", kernel: "lanczos3" })
    .webp({ quality: QUALITY, smartSubsample: true })
    .toBuffer();
}

/** A length in bytes that all of the files can be padded to. */
export function commonLength(files: readonly Uint8Array[]): number {
  const longest = files.reduce((most, file) => Math.max(most, file.length), 0);
  return longest + PADDING_OVERHEAD_BYTES + (longest % 2);
}
