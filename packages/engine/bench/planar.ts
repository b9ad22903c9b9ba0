import type { ImageTensor } from "../src/session-types.ts";

/** Rewrites interleaved rows [height, width, channels] as planes [channels, height, width], the form ONNX takes. */
export function planar({ data, width, height, channels }: ImageTensor): Float32Array {
  const pixels = width * height;
  return Float32Array.from(
    { length: data.length },
    (_, index) => data[(index % pixels) * channels + Math.trunc(index / pixels)]!,
  );
}

/** Rewrites planes [channels, height, width] as interleaved rows [height, width, channels]. */
export function interleave(
  data: Float32Array,
  { width, height, channels }: Omit<ImageTensor, "data">,
): ImageTensor {
  const pixels = width * height;
  const rows = Float32Array.from(
    { length: data.length },
    (_, index) => data[(index % channels) * pixels + Math.trunc(index / channels)]!,
  );
  return { data: rows, width, height, channels };
}
