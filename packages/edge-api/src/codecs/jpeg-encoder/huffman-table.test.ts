import fc from "fast-check";
import { expect, it } from "vitest";
import { huffmanTable } from "./huffman-table.ts";

/** Frequencies that grow like Fibonacci's numbers make the longest codes. */
function fibonacci(symbols: number): Uint32Array {
  const frequencies = new Uint32Array(256);
  let [one, next] = [1, 1];
  for (let symbol = 0; symbol < symbols; symbol++) {
    frequencies[symbol] = one;
    [one, next] = [next, one + next];
  }
  return frequencies;
}

function expectWhole(frequencies: Uint32Array): void {
  const { counts, symbols, codes, lengths } = huffmanTable(frequencies);
  const present = [...frequencies.keys()].filter((symbol) => frequencies[symbol]! > 0);
  expect([...symbols].sort((one, other) => one - other)).toEqual(present);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(present.length);
  const written = present.map((symbol) => codes[symbol]!.toString(2).padStart(lengths[symbol]!, "0"));
  for (const code of written) {
    expect(code.length).toBeLessThanOrEqual(16);
    expect(code).toContain("0");
    expect(written.filter((other) => other.startsWith(code))).toEqual([code]);
  }
}

it("gives every symbol a code of at most 16 bits that begins no other and is not all ones", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1e6 })), { minLength: 1, maxLength: 256 }),
      (counts) => {
        const frequencies = new Uint32Array(256);
        frequencies.set(counts);
        expectWhole(frequencies);
      },
    ),
    { numRuns: 60, seed: 2 },
  );
});

it("shortens codes that grew beyond 16 bits", () => {
  for (const symbols of [17, 18, 25, 40]) expectWhole(fibonacci(symbols));
});

it("knows one symbol, and none", () => {
  expectWhole(fibonacci(1));
  expectWhole(new Uint32Array(256));
});
