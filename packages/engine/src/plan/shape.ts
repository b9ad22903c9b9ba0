/** Height, width and channels of one tensor. */
export interface Shape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** `96×64×3`: width, height, channels. */
export function formatShape({ width, height, channels }: Shape): string {
  return `${width}×${height}×${channels}`;
}

/** Bytes of a float32 tensor. */
export function tensorBytes({ height, width, channels }: Shape): number {
  return 4 * height * width * channels;
}
