import type { Picture } from "./picture.ts";

/** How many values a pixel has: grey or RGB. */
export type ChannelCount = 1 | 3;

/** A decoded picture: interleaved, row-major, `width`·`height`·`channels` values of 8 or 16 bits. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: ChannelCount;
  readonly data: Uint8Array | Uint16Array;
}

/** Largest value a raster's data can hold: 255 or 65535. */
export function maximumOf({ data }: Pick<Raster, "data">): 255 | 65535 {
  return data instanceof Uint16Array ? 65535 : 255;
}

/**
 * RGB to grey by the weights 0.299, 0.587, 0.114 (ITU-R 601-2 luma) in the 16-bit fixed point of Pillow's
 * `convert("L")`; grey comes back as it is.
 */
export function toGrey(raster: Raster): Raster {
  if (raster.channels === 1) return raster;
  const { data, width, height } = raster;
  const grey = data instanceof Uint16Array ? new Uint16Array(width * height) : new Uint8Array(width * height);
  for (let index = 0, from = 0; index < grey.length; index++, from += 3) {
    const weighted = 19595 * data[from]! + 38470 * data[from + 1]! + 7471 * data[from + 2]!;
    // Sums of 16-bit values leave the 32-bit range, where shifts would wrap.
    grey[index] = Math.floor((weighted + 32768) / 65536);
  }
  return { width, height, channels: 1, data: grey };
}

/** A raster as it is shown and saved: 8-bit RGB, grey spread over the channels, 16 bits rounded. */
export function toPicture(raster: Raster): Picture {
  const { data, width, height, channels } = raster;
  if (channels === 3 && data instanceof Uint8Array) return { width, height, data };
  const scale = 255 / maximumOf(raster);
  const rgb = new Uint8Array(width * height * 3);
  for (let index = 0; index < rgb.length; index++) {
    rgb[index] = Math.round(data[channels === 3 ? index : Math.floor(index / 3)]! * scale);
  }
  return { width, height, data: rgb };
}
