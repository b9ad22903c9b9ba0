import { filterRow, type Raster, triangleTaps } from "@unpaired/core/images";

const CHANNELS = 4;

/**
 * Scales a translated picture to another size with a triangle filter, row by row, so that a large result costs nothing
 * but its own 4 bytes per pixel. Each channel on its own: what is transparent has a colour here, too.
 */
export function scaleBack(source: Raster, { width, height }: { width: number; height: number }): Raster {
  if (source.width === width && source.height === height) return source;
  const horizontal = triangleTaps(source.width, width);
  const vertical = triangleTaps(source.height, height);
  const stride = source.width * CHANNELS;
  const mixed = new Float32Array(stride);
  const row = new Float32Array(width * CHANNELS);
  const data = new Uint8ClampedArray(width * height * CHANNELS);
  for (let y = 0; y < height; y++) {
    mixed.fill(0);
    for (let tap = 0; tap < vertical.width; tap++) {
      const weight = vertical.weights[y * vertical.width + tap]!;
      const from = (vertical.starts[y]! + tap) * stride;
      if (weight > 0) {
        for (let index = 0; index < stride; index++) mixed[index]! += weight * source.data[from + index]!;
      }
    }
    filterRow(mixed, horizontal, row);
    data.set(row, y * width * CHANNELS);
  }
  return { data, width, height };
}
