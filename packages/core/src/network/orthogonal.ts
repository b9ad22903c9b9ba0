import type { Random } from "../random.ts";

/**
 * A `rows` × `columns` matrix with orthonormal rows or columns, whichever are fewer, drawn uniformly: Gram–Schmidt over
 * normal vectors in double precision.
 *
 * Source: arXiv 1312.6120; PyTorch `torch.nn.init.orthogonal_`.
 *
 * @returns row-major values
 */
export function orthogonalMatrix(rows: number, columns: number, random: Random): Float64Array {
  const count = Math.min(rows, columns);
  const length = Math.max(rows, columns);
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = Float64Array.from({ length }, () => random.normal());
    // Twice is enough to lose no digits to cancellation.
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors) subtract(vector, other, dot(vector, other));
    }
    const norm = Math.sqrt(dot(vector, vector));
    if (norm < 1e-6) continue;
    vectors.push(vector.map((value) => value / norm));
  }
  const matrix = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      matrix[row * columns + column] = rows <= columns ? vectors[row]![column]! : vectors[column]![row]!;
    }
  }
  return matrix;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}

function subtract(from: Float64Array, other: Float64Array, factor: number): void {
  for (let index = 0; index < from.length; index++) from[index]! -= factor * other[index]!;
}
