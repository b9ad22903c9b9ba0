import type { Raster } from "@unpaired/core/images";
import { dctFactors, forwardDct } from "./forward-dct.ts";

import { type QuantizationTables, zigzag } from "./quantization.ts";

/** Largest frequency of 8-bit pictures that has a code. */
const LARGEST = 1023;
/** Added before cutting off and taken away again, it rounds numbers of either sign. */
const ROUNDING = 16_384;

/** A picture as quantized frequencies, block after block in the order they are written, 64 each in zigzag. */
export interface Coefficients {
  readonly values: Int16Array;
  /** Blocks of brightness that come before each one of blue and one of red. */
  readonly luminanceBlocks: 1 | 4;
}

/**
 * Turns a picture into the quantized frequencies of its brightness and colours; what it lacks at the edges is repeated.
 *
 * @param halvesColours whether four pixels share a colour (4:2:0)
 */
export function coefficientsOf(
  { data, width, height }: Raster,
  tables: QuantizationTables,
  halvesColours: boolean,
): Coefficients {
  const luminanceFactors = dctFactors(tables.luminance);
  const chrominanceFactors = dctFactors(tables.chrominance);
  const side = halvesColours ? 16 : 8;
  const [across, down] = [Math.ceil(width / side), Math.ceil(height / side)];
  const luminanceBlocks = halvesColours ? 4 : 1;
  const values = new Int16Array(across * down * (luminanceBlocks + 2) * 64);
  const unit = side * side;
  const [brightness, blue, red] = [new Float32Array(unit), new Float32Array(unit), new Float32Array(unit)];
  const block = new Float32Array(64);
  let at = 0;

  function write(factors: Float32Array): void {
    forwardDct(block);
    for (let index = 0; index < 64; index++) {
      const place = zigzag[index]!;
      const rounded = ((block[place]! * factors[place]! + (ROUNDING + 0.5)) | 0) - ROUNDING;
      values[at++] = Math.max(-LARGEST, Math.min(LARGEST, rounded));
    }
  }

  function readUnit(left: number, top: number): void {
    for (let y = 0, place = 0; y < side; y++) {
      const row = Math.min(top + y, height - 1) * width;
      for (let x = 0; x < side; x++, place++) {
        const pixel = (row + Math.min(left + x, width - 1)) * 4;
        const [r, g, b] = [data[pixel]!, data[pixel + 1]!, data[pixel + 2]!];
        // ITU-T T.871, section 7, its middle at zero.
        brightness[place] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
        blue[place] = -0.168735892 * r - 0.331264108 * g + 0.5 * b;
        red[place] = 0.5 * r - 0.418687589 * g - 0.081312411 * b;
      }
    }
  }

  for (let unitRow = 0; unitRow < down; unitRow++) {
    for (let unitColumn = 0; unitColumn < across; unitColumn++) {
      readUnit(unitColumn * side, unitRow * side);
      for (let quarter = 0; quarter < luminanceBlocks; quarter++) {
        copyQuarter(brightness, side, quarter, block);
        write(luminanceFactors);
      }
      for (const colour of [blue, red]) {
        if (halvesColours) averageFours(colour, block);
        else block.set(colour);
        write(chrominanceFactors);
      }
    }
  }
  return { values, luminanceBlocks };
}

/** 8 × 8 samples of a unit: its upper left, upper right, lower left or lower right. */
function copyQuarter(unit: Float32Array, side: number, quarter: number, block: Float32Array): void {
  const start = (quarter >> 1) * 8 * side + (quarter & 1) * 8;
  for (let row = 0; row < 8; row++) {
    for (let column = 0; column < 8; column++) block[row * 8 + column] = unit[start + row * side + column]!;
  }
}

function averageFours(unit: Float32Array, block: Float32Array): void {
  for (let row = 0; row < 8; row++) {
    for (let column = 0; column < 8; column++) {
      const at = row * 32 + column * 2;
      block[row * 8 + column] = (unit[at]! + unit[at + 1]! + unit[at + 16]! + unit[at + 17]!) / 4;
    }
  }
}
