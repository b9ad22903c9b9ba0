import type { PngLayout } from "./png-layout.ts";

const OPAQUE = 255;

/** Writes so many pixels of an unfiltered row as RGBA of 8 bits. */
export type PixelReader = (row: Uint8Array, columns: number, rgba: Uint8Array) => void;

/**
 * How the pixels of a PNG are read; of 16 bits the upper 8 count.
 *
 * Source: PNG, third edition, §7.2, §11.2.2 and §11.3.1.
 *
 * @param palette content of `PLTE`
 * @param transparency content of `tRNS`
 * @throws RangeError when a palette is missing or not made of colours
 */
export function pixelReader(
  { bitDepth, colorType }: PngLayout,
  palette: Uint8Array | undefined,
  transparency: Uint8Array | undefined,
): PixelReader {
  const isWide = bitDepth === 16;
  switch (colorType) {
    case 0:
      return isWide ? wideGrey(transparency) : indexed(bitDepth, greyLevels(bitDepth, transparency));
    case 2:
      return rgb(isWide ? 2 : 1, transparency);
    case 3:
      return indexed(bitDepth, paletteColors(palette, transparency));
    case 4:
      return isWide ? greyAlpha(2) : greyAlpha(1);
    default:
      return isWide ? wideRgba : (row, _columns, rgba) => rgba.set(row);
  }
}

/** Colours of each index as RGBA, in the byte order of the machine; what lies beyond them is black. */
function paletteColors(palette: Uint8Array | undefined, transparency: Uint8Array | undefined): Uint32Array {
  if (!palette || palette.length === 0 || palette.length % 3 !== 0 || palette.length > 768) {
    throw new RangeError("there is no palette of up to 256 colours");
  }
  const colors = new Uint8Array(256 * 4);
  for (let index = 0; index < 256; index++) {
    const isThere = index * 3 < palette.length;
    if (isThere) colors.set(palette.subarray(index * 3, index * 3 + 3), index * 4);
    colors[index * 4 + 3] = (isThere ? transparency?.[index] : undefined) ?? OPAQUE;
  }
  return new Uint32Array(colors.buffer);
}

function greyLevels(bitDepth: number, transparency: Uint8Array | undefined): Uint32Array {
  const most = 2 ** bitDepth - 1;
  const colors = new Uint8Array(256 * 4);
  for (let level = 0; level <= most; level++) {
    colors.fill((level * 255) / most, level * 4, level * 4 + 3);
    colors[level * 4 + 3] = transparency && sample16(transparency, 0) === level ? 0 : OPAQUE;
  }
  return new Uint32Array(colors.buffer);
}

function indexed(bitDepth: number, colors: Uint32Array): PixelReader {
  const perByte = 8 / bitDepth;
  const mask = 2 ** bitDepth - 1;
  return (row, columns, rgba) => {
    const target = new Uint32Array(rgba.buffer, rgba.byteOffset, columns);
    for (let x = 0; x < columns; x++) {
      const shift = 8 - bitDepth * (1 + (x % perByte));
      target[x] = colors[(row[Math.floor(x / perByte)]! >> shift) & mask]!;
    }
  };
}

function wideGrey(transparency: Uint8Array | undefined): PixelReader {
  const transparent = transparency && sample16(transparency, 0);
  return (row, columns, rgba) => {
    for (let x = 0; x < columns; x++) {
      rgba.fill(row[x * 2]!, x * 4, x * 4 + 3);
      rgba[x * 4 + 3] = sample16(row, x * 2) === transparent ? 0 : OPAQUE;
    }
  };
}

function rgb(bytesPerSample: number, transparency: Uint8Array | undefined): PixelReader {
  const step = 3 * bytesPerSample;
  // The samples that are transparent, as they are stored.
  const key =
    transparency && transparency.length >= 6
      ? transparency.subarray(0, 6).filter((_, index) => bytesPerSample === 2 || index % 2 === 1)
      : undefined;
  return (row, columns, rgba) => {
    for (let x = 0, from = 0, to = 0; x < columns; x++, from += step, to += 4) {
      rgba[to] = row[from]!;
      rgba[to + 1] = row[from + bytesPerSample]!;
      rgba[to + 2] = row[from + 2 * bytesPerSample]!;
      rgba[to + 3] = key?.every((value, index) => row[from + index] === value) ? 0 : OPAQUE;
    }
  };
}

function greyAlpha(bytesPerSample: number): PixelReader {
  return (row, columns, rgba) => {
    for (let x = 0; x < columns; x++) {
      const from = x * 2 * bytesPerSample;
      rgba.fill(row[from]!, x * 4, x * 4 + 3);
      rgba[x * 4 + 3] = row[from + bytesPerSample]!;
    }
  };
}

const wideRgba: PixelReader = (row, columns, rgba) => {
  for (let index = 0; index < columns * 4; index++) rgba[index] = row[index * 2]!;
};

function sample16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] ?? 0) * 256 + (bytes[offset + 1] ?? 0);
}
