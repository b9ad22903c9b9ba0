/** A batch of images off the backend: `[batch, height, width, channels]`, values in [-1, 1]. */
export interface ImageBatch {
  readonly data: Float32Array;
  readonly shape: readonly [number, number, number, number];
}
