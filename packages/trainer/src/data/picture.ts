import { maximumOf, type Raster } from "./raster.ts";

/** An 8-bit RGB picture: `data` is interleaved, row-major, `width`·`height`·3 long. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Where a crop lies in a picture, in pixels, and whether it is mirrored left to right. */
export interface Crop {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly flip: boolean;
}

const byteInModelRange = Float32Array.from({ length: 256 }, (_, value) => value / 127.5 - 1);

/** Values of 8 or 16 bits to the models' [-1, 1]: 2x / maximum − 1. */
export function toModelRange({ data }: Picture | Raster): Float32Array {
  const half = maximumOf({ data }) / 2;
  return Float32Array.from(data, (value) => value / half - 1);
}

/**
 * Values from [-1, 1] to 8-bit RGB, rounded and clamped; grey is spread over the channels.
 *
 * @param values `width`·`height`·`channels` long
 */
export function fromModelRange(
  values: Float32Array,
  { width, height, channels = 3 }: { width: number; height: number; channels?: number },
): Picture {
  // The clamped array rounds and clamps; NaN becomes 0.
  const clamped = new Uint8ClampedArray(width * height * 3);
  for (let index = 0; index < clamped.length; index++) {
    clamped[index] = (values[channels === 1 ? Math.floor(index / 3) : index]! + 1) * 127.5;
  }
  return { width, height, data: new Uint8Array(clamped.buffer) };
}

/** Writes a crop of a raster, in [-1, 1], into `target` at `offset`; the crop must lie inside the raster. */
export function cropInto(target: Float32Array, offset: number, raster: Raster, crop: Crop): void {
  const { data, width, channels } = raster;
  const half = maximumOf(raster) / 2;
  const isByte = data instanceof Uint8Array;
  const step = crop.flip ? -channels : channels;
  let at = offset;
  for (let row = 0; row < crop.height; row++) {
    const start = ((crop.top + row) * width + crop.left) * channels;
    let from = crop.flip ? start + (crop.width - 1) * channels : start;
    for (let column = 0; column < crop.width; column++, from += step) {
      for (let channel = 0; channel < channels; channel++) {
        const value = data[from + channel]!;
        target[at++] = isByte ? byteInModelRange[value]! : value / half - 1;
      }
    }
  }
}
