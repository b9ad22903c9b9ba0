import { maximumOf, type Raster } from "./raster.ts";

/** Which source values an output value is made of, and by what weights. */
interface Taps {
  /** First source index of each output index. */
  readonly starts: Int32Array;
  /** How many source indices follow. */
  readonly counts: Int32Array;
  /** `capacity` weights for each output index, in units of 1 / {@link one}. */
  readonly weights: Float64Array;
  readonly capacity: number;
}

/** Weights are whole numbers of 2⁻²², so that sums are exact and results equal Pillow's to the bit. */
const one = 2 ** 22;

/**
 * Resizes with a bicubic kernel (a = −0.5) that widens when shrinking, so that nothing aliases; for 8 bits the result
 * equals Pillow's `resize((width, height), BICUBIC)` bit for bit.
 *
 * Source: Keys 1981; Pillow `libImaging/Resample.c`.
 */
export function resample(source: Raster, width: number, height: number): Raster {
  if (source.width === width && source.height === height) return source;
  const { channels } = source;
  const columns = bicubicTaps(source.width, width);
  const rows = bicubicTaps(source.height, height);
  const rowLength = width * channels;
  const data = emptyLike(source.data, rowLength * height);
  // Rows already narrowed, as many as one output row needs: a tall picture must not be held twice.
  const narrowed = emptyLike(source.data, rowLength * rows.capacity);
  const sums = new Float64Array(rowLength);
  let rowsNarrowed = 0;
  for (let y = 0; y < height; y++) {
    const start = rows.starts[y]!;
    const end = start + rows.counts[y]!;
    for (; rowsNarrowed < end; rowsNarrowed++) {
      narrowRow(source, rowsNarrowed, columns, narrowed, (rowsNarrowed % rows.capacity) * rowLength);
    }
    sums.fill(one / 2);
    for (let row = start; row < end; row++) {
      addRow(
        sums,
        narrowed,
        (row % rows.capacity) * rowLength,
        rows.weights[y * rows.capacity + row - start]!,
      );
    }
    storeRow(sums, data, y * rowLength);
  }
  return { width, height, channels, data };
}

function narrowRow(
  { data, width, channels }: Raster,
  row: number,
  { starts, counts, weights, capacity }: Taps,
  target: Raster["data"],
  offset: number,
): void {
  const first = row * width * channels;
  if (starts.length === width) {
    target.set(data.subarray(first, first + width * channels), offset);
    return;
  }
  const maximum = maximumOf({ data: target });
  let to = offset;
  for (let x = 0; x < starts.length; x++) {
    const lastTap = x * capacity + counts[x]!;
    let from = first + starts[x]! * channels;
    let red = one / 2;
    let green = one / 2;
    let blue = one / 2;
    if (channels === 3) {
      for (let tap = x * capacity; tap < lastTap; tap++, from += 3) {
        const weight = weights[tap]!;
        red += weight * data[from]!;
        green += weight * data[from + 1]!;
        blue += weight * data[from + 2]!;
      }
      target[to++] = settle(red, maximum);
      target[to++] = settle(green, maximum);
      target[to++] = settle(blue, maximum);
    } else {
      for (let tap = x * capacity; tap < lastTap; tap++, from++) red += weights[tap]! * data[from]!;
      target[to++] = settle(red, maximum);
    }
  }
}

function addRow(sums: Float64Array, rows: Raster["data"], offset: number, weight: number): void {
  for (let index = 0; index < sums.length; index++) sums[index]! += weight * rows[offset + index]!;
}

function storeRow(sums: Float64Array, target: Raster["data"], offset: number): void {
  const maximum = maximumOf({ data: target });
  for (let index = 0; index < sums.length; index++) target[offset + index] = settle(sums[index]!, maximum);
}

/** A sum that began at half of {@link one}, as a value: rounded down and clamped. */
function settle(sum: number, maximum: number): number {
  const value = Math.floor(sum * (1 / one));
  return value < 0 ? 0 : Math.min(value, maximum);
}

function bicubicTaps(sourceLength: number, targetLength: number): Taps {
  const scale = sourceLength / targetLength;
  const widening = Math.max(1, scale);
  const support = 2 * widening;
  const capacity = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(targetLength);
  const counts = new Int32Array(targetLength);
  const weights = new Float64Array(targetLength * capacity);
  for (let index = 0; index < targetLength; index++) {
    const center = (index + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(sourceLength, Math.trunc(center + support + 0.5)) - start;
    starts[index] = start;
    counts[index] = count;
    const taps = weights.subarray(index * capacity, index * capacity + count);
    let total = 0;
    for (let tap = 0; tap < count; tap++) {
      taps[tap] = bicubic((start + tap - center + 0.5) * (1 / widening));
      total += taps[tap]!;
    }
    for (let tap = 0; tap < count; tap++) {
      const weight = taps[tap]! / total;
      taps[tap] = Math.trunc(weight * one + (weight < 0 ? -0.5 : 0.5));
    }
  }
  return { starts, counts, weights, capacity };
}

function bicubic(distance: number): number {
  const a = -0.5;
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

function emptyLike(data: Raster["data"], length: number): Raster["data"] {
  return data instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);
}
