/** Pixels to a model's input and back, the same at the edge and on a device. */
export { crc32 } from "./crc32.ts";
export { normalize, opacityOf, toLuma, toRaster } from "./image-tensor.ts";
export type { Raster } from "./raster.ts";
export { resample } from "./resample.ts";
export { type Columns, createResampler, type Resampler } from "./resampler.ts";
export { filterRow, triangleTaps } from "./triangle-filter.ts";
