import { type DecodeOptions, decode, type ImageSize } from "./decode.ts";
import { type ChannelCount, type Raster, toGrey } from "./raster.ts";
import { resample } from "./resample.ts";

/** A picture to be read: where it is, what its header said, and what it shall become. */
export interface PictureRequest {
  readonly file: string;
  readonly source: DecodeOptions;
  readonly channels: ChannelCount;
  /** Size to resize to. */
  readonly size: ImageSize;
}

/**
 * Decodes, turns grey and resizes a picture, in the reference's order.
 *
 * @throws DataError as {@link decode}
 */
export async function loadPicture({ file, source, channels, size }: PictureRequest): Promise<Raster> {
  const decoded = await decode(file, source);
  return resample(channels === 1 ? toGrey(decoded) : decoded, size.width, size.height);
}
