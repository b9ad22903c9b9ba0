import sharp from "sharp";

/** A sample grid as the report embeds it. */
export interface EncodedSample {
  readonly step: number;
  readonly webp: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** How large an embedded grid may be. */
export interface SampleBudget {
  readonly width: number;
  readonly bytes: number;
}

const MAX_HEIGHT = 4096;
const MAX_PIXELS = 100_000_000;

/** Makes a grid small enough: first by quality, then by size. @throws where it does not decode */
export async function encodeSample(
  step: number,
  picture: Uint8Array,
  budget: SampleBudget,
): Promise<EncodedSample> {
  let size = { width: budget.width, height: MAX_HEIGHT };
  let quality = 75;
  for (;;) {
    const { data, info } = await sharp(picture, { limitInputPixels: MAX_PIXELS })
      .resize({ ...size, fit: "inside", withoutEnlargement: true })
      .webp({ quality, effort: 2 })
      .toBuffer({ resolveWithObject: true });
    if (data.length <= budget.bytes || info.width <= 16) {
      return { step, webp: data, width: info.width, height: info.height };
    }
    const excess = data.length / budget.bytes;
    // A lower quality about halves the bytes; what it cannot save, fewer pixels must.
    const scale = quality === 55 ? 0.95 / Math.sqrt(excess) : Math.min(1, Math.sqrt(1.8 / excess));
    quality = 55;
    size = { width: Math.ceil(info.width * scale), height: Math.ceil(info.height * scale) };
  }
}
