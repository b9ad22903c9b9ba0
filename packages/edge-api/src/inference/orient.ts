import type { Region } from "@unpaired/core/contracts";

/** Whether an EXIF orientation swaps width and height. */
export function swapsSides(orientation: number): boolean {
  return orientation >= 5;
}

/**
 * Turns stored pixels the way an EXIF orientation says they are to be shown.
 *
 * @param pixels interleaved, height × width × channels, as stored
 * @param orientation 1–8 (EXIF 2.32 §4.6.4); 5–8 return width × height × channels
 */
export function orient(
  pixels: Float32Array,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: number },
  orientation: number,
): Float32Array {
  if (orientation === 1) return pixels;
  const swaps = swapsSides(orientation);
  const shownWidth = swaps ? height : width;
  const shownHeight = swaps ? width : height;
  const { mirrorsColumns, mirrorsRows } = mirroring(orientation);
  const shown = new Float32Array(pixels.length);
  for (let y = 0; y < shownHeight; y++) {
    for (let x = 0; x < shownWidth; x++) {
      const column = swaps ? y : x;
      const row = swaps ? x : y;
      const storedX = mirrorsColumns ? width - 1 - column : column;
      const storedY = mirrorsRows ? height - 1 - row : row;
      const from = (storedY * width + storedX) * channels;
      const to = (y * shownWidth + x) * channels;
      for (let channel = 0; channel < channels; channel++) shown[to + channel] = pixels[from + channel]!;
    }
  }
  return shown;
}

/**
 * Where a region of the upright image lies among the stored pixels.
 *
 * @param stored sides in pixels as stored
 */
export function storedRegion(
  { left, top, width, height }: Region,
  stored: { readonly width: number; readonly height: number },
  orientation: number,
): Region {
  const { mirrorsColumns, mirrorsRows } = mirroring(orientation);
  const turned = swapsSides(orientation)
    ? { left: top, top: left, width: height, height: width }
    : { left, top, width, height };
  return {
    ...turned,
    left: mirrorsColumns ? stored.width - turned.left - turned.width : turned.left,
    top: mirrorsRows ? stored.height - turned.top - turned.height : turned.top,
  };
}

function mirroring(orientation: number): { readonly mirrorsColumns: boolean; readonly mirrorsRows: boolean } {
  return {
    mirrorsColumns: orientation === 2 || orientation === 3 || orientation === 7 || orientation === 8,
    mirrorsRows: orientation === 3 || orientation === 4 || orientation === 6 || orientation === 7,
  };
}
