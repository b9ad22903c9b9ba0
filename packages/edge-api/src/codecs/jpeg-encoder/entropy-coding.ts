import type { BitWriter } from "./bit-writer.ts";
import type { Coefficients } from "./coefficients.ts";
import { type HuffmanTable, huffmanTable } from "./huffman-table.ts";

/** Sixteen zeros in a row. */
const ZERO_RUN = 0xf0;
const END_OF_BLOCK = 0;

/** The Huffman tables of a picture: of mean values and of frequencies, for brightness and for colours. */
export interface EntropyTables {
  readonly luminance: TablePair;
  readonly chrominance: TablePair;
}

interface TablePair {
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
}

/** Gets a symbol, and the bits that follow its code. */
type Emit = (isLuminance: boolean, isMean: boolean, symbol: number, value: number, bits: number) => void;

/** The tables that make this picture smallest. */
export function entropyTables(coefficients: Coefficients): EntropyTables {
  const frequencies = Array.from({ length: 4 }, () => new Uint32Array(256));
  visit(coefficients, (isLuminance, isMean, symbol) => {
    frequencies[(isLuminance ? 0 : 2) + (isMean ? 0 : 1)]![symbol]!++;
  });
  const [luminanceDc, luminanceAc, chrominanceDc, chrominanceAc] = frequencies.map(huffmanTable);
  return {
    luminance: { dc: luminanceDc!, ac: luminanceAc! },
    chrominance: { dc: chrominanceDc!, ac: chrominanceAc! },
  };
}

/** Writes a picture's scan (ITU-T T.81, F.1.2). */
export function writeScan(coefficients: Coefficients, tables: EntropyTables, writer: BitWriter): void {
  visit(coefficients, (isLuminance, isMean, symbol, value, bits) => {
    const pair = isLuminance ? tables.luminance : tables.chrominance;
    const { codes, lengths } = isMean ? pair.dc : pair.ac;
    writer.bits(codes[symbol]!, lengths[symbol]!);
    if (bits > 0) writer.bits(value, bits);
  });
  writer.endBits();
}

function visit({ values, luminanceBlocks }: Coefficients, emit: Emit): void {
  const blocks = luminanceBlocks + 2;
  const means = new Int32Array(3);
  for (let start = 0, block = 0; start < values.length; start += 64, block = (block + 1) % blocks) {
    const component = Math.max(0, block - luminanceBlocks + 1);
    const isLuminance = component === 0;
    const difference = values[start]! - means[component]!;
    means[component] = values[start]!;
    const meanBits = bitsOf(difference);
    emit(isLuminance, true, meanBits, extra(difference), meanBits);

    let zeros = 0;
    for (let index = start + 1; index < start + 64; index++) {
      const value = values[index]!;
      if (value === 0) {
        zeros++;
        continue;
      }
      for (; zeros > 15; zeros -= 16) emit(isLuminance, false, ZERO_RUN, 0, 0);
      const bits = bitsOf(value);
      emit(isLuminance, false, (zeros << 4) | bits, extra(value), bits);
      zeros = 0;
    }
    if (zeros > 0) emit(isLuminance, false, END_OF_BLOCK, 0, 0);
  }
}

function bitsOf(value: number): number {
  return 32 - Math.clz32(value < 0 ? -value : value);
}

/** What stands for a value among those of as many bits: negative ones one lower, in their lowest bits. */
function extra(value: number): number {
  return value < 0 ? value - 1 : value;
}
