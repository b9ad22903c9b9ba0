/** What a PNG's header says of how its pixels are stored. */
export interface PngLayout {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
  readonly colorType: number;
  readonly isInterlaced: boolean;
}

/** A reduced picture that is stored row by row; the only one where nothing is interlaced. */
export interface PngPass {
  /** First column and row, and from one to the next. */
  readonly left: number;
  readonly top: number;
  readonly across: number;
  readonly down: number;
  readonly columns: number;
  readonly rows: number;
  /** Bytes of a row without its filter's. */
  readonly rowBytes: number;
}

const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** First column and row, and their steps, of Adam7's passes (PNG, third edition, §8). */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Reads the layout from a file whose header `readPngHeader` has accepted. */
export function readPngLayout(bytes: Uint8Array): PngLayout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    bitDepth: view.getUint8(24),
    colorType: view.getUint8(25),
    isInterlaced: view.getUint8(28) === 1,
  };
}

/** Bits of one pixel. */
export function bitsPerPixel({ bitDepth, colorType }: PngLayout): number {
  return bitDepth * SAMPLES[colorType]!;
}

/** The passes that hold pixels, in the order they are stored in. */
export function passesOf(layout: PngLayout): PngPass[] {
  const { width, height } = layout;
  const steps = layout.isInterlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  return steps.flatMap(([left, top, across, down]) => {
    const columns = Math.ceil((width - left) / across);
    const rows = Math.ceil((height - top) / down);
    if (columns <= 0 || rows <= 0) return [];
    return {
      left,
      top,
      across,
      down,
      columns,
      rows,
      rowBytes: Math.ceil((columns * bitsPerPixel(layout)) / 8),
    };
  });
}

/** Bytes that all filtered rows together inflate to. */
export function inflatedBytes(layout: PngLayout): number {
  return passesOf(layout).reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
}
