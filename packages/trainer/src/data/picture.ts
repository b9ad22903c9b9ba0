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
  const inRange = data instanceof Uint8Array ? byteInModelRange : wordInModelRange();
  const rowLength = crop.width * channels;
  for (let row = 0; row < crop.height; row++) {
    const from = ((crop.top + row) * width + crop.left) * channels;
    const to = offset + row * rowLength;
    if (!crop.flip) {
      for (let index = 0; index < rowLength; index++) target[to + index] = inRange[data[from + index]!]!;
    } else if (channels === 1) {
      const last = from + rowLength - 1;
      for (let index = 0; index < rowLength; index++) target[to + index] = inRange[data[last - index]!]!;
    } else {
      const last = from + rowLength - 3;
      for (let index = 0; index < rowLength; index += 3) {
        target[to + index] = inRange[data[last - index]!]!;
        target[to + index + 1] = inRange[data[last - index + 1]!]!;
        target[to + index + 2] = inRange[data[last - index + 2]!]!;
      }
    }
  }
}

let words: Float32Array | undefined;

/** Made when the first 16-bit picture comes; most data sets have none. */
function wordInModelRange(): Float32Array {
  words ??= Float32Array.from({ length: 65536 }, (_, value) => value / 32767.5 - 1);
  return words;
}
