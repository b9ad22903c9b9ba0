import type { Region } from "../contracts/image-fit.ts";
import type { Raster } from "./raster.ts";
import { createResampler } from "./resampler.ts";

const CHANNELS = 4;

/**
 * Scales a whole picture as {@link createResampler} does one that comes in rows.
 *
 * @param region part of the source that is scaled; all of it when absent
 * @returns interleaved RGBA, height × width × 4, in 0–255
 */
export function resample(
  source: Pick<Raster, "width" | "height"> & { readonly data: Uint8Array | Uint8ClampedArray },
  width: number,
  height: number,
  region?: Region,
): Float32Array {
  const resampler = createResampler(source, width, height, region);
  const stride = source.width * CHANNELS;
  const { top, height: rows } = region ?? { top: 0, height: source.height };
  const end = Math.min(source.height, Math.ceil(top + rows));
  for (let y = Math.floor(top); y < end; y++) {
    resampler.addRow(y, source.data.subarray(y * stride, (y + 1) * stride));
  }
  return resampler.result;
}
