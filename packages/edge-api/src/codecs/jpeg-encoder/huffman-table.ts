/** Longest code JPEG allows. */
const LONGEST_BITS = 16;
const SYMBOLS = 256;

/** A Huffman table: how it is written down, and the code of each symbol. */
export interface HuffmanTable {
  /** How many codes there are of 1, 2, … 16 bits. */
  readonly counts: Uint8Array;
  /** Symbols in the order of their codes. */
  readonly symbols: Uint8Array;
  readonly codes: Uint16Array;
  /** Bits of each symbol's code; 0 for symbols that do not occur. */
  readonly lengths: Uint8Array;
}

/**
 * The best Huffman table for symbols that occur so often.
 *
 * @param frequencies of 256 symbols
 *
 * Source: ITU-T T.81, annex K.2 and C.2.
 */
export function huffmanTable(frequencies: Uint32Array): HuffmanTable {
  const countOfLength = codeLengths(frequencies);
  const present = [...frequencies.keys()].filter((symbol) => frequencies[symbol]! > 0);
  // Frequent symbols get short codes; the order among equals makes no difference to the size.
  present.sort((one, other) => frequencies[other]! - frequencies[one]! || one - other);
  const lengths = new Uint8Array(SYMBOLS);
  const codes = new Uint16Array(SYMBOLS);
  let code = 0;
  let next = 0;
  for (let bits = 1; bits <= LONGEST_BITS; bits++) {
    for (let left = countOfLength[bits - 1]!; left > 0; left--) {
      const symbol = present[next++]!;
      lengths[symbol] = bits;
      codes[symbol] = code++;
    }
    code <<= 1;
  }
  return { counts: countOfLength, symbols: Uint8Array.from(present), codes, lengths };
}

/** How many codes of 1, 2, … 16 bits the best table has. */
function codeLengths(frequencies: Uint32Array): Uint8Array {
  // One more symbol, the rarest, takes the code of all ones, which JPEG forbids.
  const weights = [...frequencies, 1];
  const lengths = new Uint8Array(SYMBOLS + 1);
  let trees = weights.flatMap((weight, symbol) => (weight > 0 ? [{ weight, leaves: [symbol] }] : []));
  while (trees.length > 1) {
    trees.sort((one, other) => other.weight - one.weight);
    const [first, second] = [trees.pop()!, trees.pop()!];
    const leaves = [...first.leaves, ...second.leaves];
    for (const leaf of leaves) lengths[leaf]!++;
    trees = [...trees, { weight: first.weight + second.weight, leaves }];
  }
  const counts = new Int32Array(64);
  for (const [symbol, bits] of lengths.entries()) if (weights[symbol]! > 0) counts[bits]!++;
  // Two codes that are too long make room for each other under a shorter one (figure K.3).
  for (let bits = counts.length - 1; bits > LONGEST_BITS; bits--) {
    while (counts[bits]! > 0) {
      let shorter = bits - 2;
      while (counts[shorter] === 0) shorter--;
      counts[bits]! -= 2;
      counts[bits - 1]!++;
      counts[shorter + 1]! += 2;
      counts[shorter]!--;
    }
  }
  let longest = LONGEST_BITS;
  while (counts[longest] === 0) longest--;
  counts[longest]!--;
  return Uint8Array.from(counts.subarray(1, LONGEST_BITS + 1));
}
