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

/** Interleaved RGB from 0–255 to the models' [-1, 1]: x / 127.5 − 1. */
export function toModelRange({ data }: Picture): Float32Array {
  return Float32Array.from(data, (value) => value / 127.5 - 1);
}

/**
 * Interleaved RGB from [-1, 1] to 0–255, rounded and clamped.
 *
 * @param values `width`·`height`·3 long
 */
export function fromModelRange(
  values: Float32Array,
  { width, height }: { width: number; height: number },
): Picture {
  // The clamped array rounds and clamps; NaN becomes 0.
  const clamped = Uint8ClampedArray.from(values, (value) => (value + 1) * 127.5);
  return { width, height, data: new Uint8Array(clamped.buffer) };
}

/** Writes a crop of a picture, in [-1, 1], into `target` at `offset`; the crop must lie inside the picture. */
export function cropInto(target: Float32Array, offset: number, picture: Picture, crop: Crop): void {
  const { data, width } = picture;
  let at = offset;
  for (let row = 0; row < crop.height; row++) {
    const start = ((crop.top + row) * width + crop.left) * 3;
    for (let column = 0; column < crop.width; column++) {
      const from = start + (crop.flip ? crop.width - 1 - column : column) * 3;
      target[at++] = data[from]! / 127.5 - 1;
      target[at++] = data[from + 1]! / 127.5 - 1;
      target[at++] = data[from + 2]! / 127.5 - 1;
    }
  }
}
