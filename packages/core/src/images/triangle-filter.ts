const CHANNELS = 4;

/** Triangle filter weights from one length to another. */
export interface Taps {
  /** First source index of each output index. */
  readonly starts: Int32Array;
  /** Weights of each output index, `width` apart, summing to 1. */
  readonly weights: Float32Array;
  readonly width: number;
}

/**
 * Weights of a triangle filter (bilinear, widened when shrinking so that nothing aliases); equal lengths give 1.
 *
 * @param span part of the source that the target shows, in source indices that may be fractions; all of it when absent
 */
export function triangleTaps(
  sourceLength: number,
  targetLength: number,
  { offset = 0, length = sourceLength }: { readonly offset?: number; readonly length?: number } = {},
): Taps {
  const scale = length / targetLength;
  const support = Math.max(1, scale);
  const width = Math.min(sourceLength, Math.ceil(support * 2) + 1);
  const starts = new Int32Array(targetLength);
  const weights = new Float32Array(targetLength * width);
  for (let position = 0; position < targetLength; position++) {
    const center = offset + (position + 0.5) * scale - 0.5;
    const start = Math.max(0, Math.min(sourceLength - width, Math.ceil(center - support)));
    const own = Array.from({ length: width }, (_, tap) =>
      Math.max(0, 1 - Math.abs(start + tap - center) / support),
    );
    const sum = own.reduce((total, weight) => total + weight, 0);
    starts[position] = start;
    for (let tap = 0; tap < width; tap++) weights[position * width + tap] = own[tap]! / sum;
  }
  return { starts, weights, width };
}

/** Scales one row of interleaved RGBA as `taps` say. */
export function filterRow(row: Float32Array, { starts, weights, width }: Taps, target: Float32Array): void {
  for (let x = 0; x < starts.length; x++) {
    let red = 0;
    let green = 0;
    let blue = 0;
    let alpha = 0;
    let from = starts[x]! * CHANNELS;
    for (let tap = x * width; tap < (x + 1) * width; tap++, from += CHANNELS) {
      const weight = weights[tap]!;
      red += weight * row[from]!;
      green += weight * row[from + 1]!;
      blue += weight * row[from + 2]!;
      alpha += weight * row[from + 3]!;
    }
    const to = x * CHANNELS;
    target[to] = red;
    target[to + 1] = green;
    target[to + 2] = blue;
    target[to + 3] = alpha;
  }
}
