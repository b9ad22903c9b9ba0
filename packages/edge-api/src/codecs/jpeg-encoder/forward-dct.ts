/** What each row and column of the result is too large by. */
const scales = [0, 1, 2, 3, 4, 5, 6, 7].map((k) => (k === 0 ? 1 : Math.SQRT2 * Math.cos((k * Math.PI) / 16)));

/**
 * Factors that scale and quantize what {@link forwardDct} leaves: multiplied by them it is to be rounded.
 *
 * @param table 64 quantization steps, row by row
 */
export function dctFactors(table: Uint8Array): Float32Array {
  return Float32Array.from(table, (step, place) => 1 / (8 * step * scales[place >> 3]! * scales[place & 7]!));
}

/**
 * Transforms 8 × 8 samples in place into frequencies, still to be scaled by {@link dctFactors}.
 *
 * Source: Arai, Agui, Nakajima, "A fast DCT-SQ scheme for images", 1988: five multiplications for eight samples.
 */
export function forwardDct(block: Float32Array): void {
  for (let row = 0; row < 64; row += 8) transform(block, row, 1);
  for (let column = 0; column < 8; column++) transform(block, column, 8);
}

// Cosines and their sums and differences, as the source names them.
const [A2, A4, A5] = [
  Math.cos(Math.PI / 8) - Math.sin(Math.PI / 8),
  Math.cos(Math.PI / 8) + Math.sin(Math.PI / 8),
  Math.sin(Math.PI / 8),
];

function transform(block: Float32Array, at: number, step: number): void {
  const s0 = block[at]! + block[at + 7 * step]!;
  const d0 = block[at]! - block[at + 7 * step]!;
  const s1 = block[at + step]! + block[at + 6 * step]!;
  const d1 = block[at + step]! - block[at + 6 * step]!;
  const s2 = block[at + 2 * step]! + block[at + 5 * step]!;
  const d2 = block[at + 2 * step]! - block[at + 5 * step]!;
  const s3 = block[at + 3 * step]! + block[at + 4 * step]!;
  const d3 = block[at + 3 * step]! - block[at + 4 * step]!;

  const even0 = s0 + s3;
  const even1 = s1 + s2;
  const even2 = s1 - s2;
  const even3 = s0 - s3;
  block[at] = even0 + even1;
  block[at + 4 * step] = even0 - even1;
  const turned = (even2 + even3) * Math.SQRT1_2;
  block[at + 2 * step] = even3 + turned;
  block[at + 6 * step] = even3 - turned;

  const odd0 = d3 + d2;
  const odd1 = d2 + d1;
  const odd2 = d1 + d0;
  const z5 = (odd0 - odd2) * A5;
  const z2 = A2 * odd0 + z5;
  const z4 = A4 * odd2 + z5;
  const z3 = odd1 * Math.SQRT1_2;
  const z11 = d0 + z3;
  const z13 = d0 - z3;
  block[at + 5 * step] = z13 + z2;
  block[at + 3 * step] = z13 - z2;
  block[at + step] = z11 + z4;
  block[at + 7 * step] = z11 - z4;
}
