import sharp from "sharp";

/** A sample grid as the report embeds it. */
export interface EncodedSample {
  readonly step: number;
  readonly webp: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const MAX_WIDTH = 1280;
const MAX_HEIGHT = 4096;
const MAX_PIXELS = 100_000_000;

/** Makes a grid small enough: first by quality, then by size. @throws where it does not decode */
export async function encodeSample(
  step: number,
  picture: Uint8Array,
  maxBytes: number,
): Promise<EncodedSample> {
  let width = MAX_WIDTH;
  let height = MAX_HEIGHT;
  for (;;) {
    for (const quality of [82, 68, 52]) {
      const { data, info } = await sharp(picture, { limitInputPixels: MAX_PIXELS })
        .resize({ width, height, fit: "inside", withoutEnlargement: true })
        .webp({ quality, effort: 4, smartSubsample: true })
        .toBuffer({ resolveWithObject: true });
      if (data.length <= maxBytes || (width < 128 && quality === 52)) {
        return { step, webp: data, width: info.width, height: info.height };
      }
      width = Math.min(width, info.width);
      height = Math.min(height, info.height);
    }
    width = Math.round(width * 0.75);
    height = Math.round(height * 0.75);
  }
}
