import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from "ml-matrix";

/**
 * The positive square root of a symmetric positive semidefinite matrix, through its eigendecomposition; eigenvalues that
 * rounding made negative count as zero.
 */
export function symmetricSquareRoot(matrix: Matrix): Matrix {
  const { eigenvectorMatrix: vectors, realEigenvalues: values } = decompose(matrix);
  const scaled = vectors.clone();
  for (const [column, value] of values.entries()) scaled.mulColumn(column, Math.sqrt(Math.max(0, value)));
  return scaled.mmul(vectors.transpose());
}

/**
 * Trace of the square root of a product of two symmetric positive semidefinite matrices: tr (AB)^½ = tr (A^½ B A^½)^½, whose
 * inside is symmetric, so that matrices without full rank need no ridge and leave no imaginary part.
 */
export function traceOfProductRoot(a: Matrix, b: Matrix): number {
  const root = symmetricSquareRoot(a);
  const { realEigenvalues } = decompose(root.mmul(b).mmul(root));
  return realEigenvalues.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
}

/** Sum of a matrix's singular values. */
export function nuclearNorm(matrix: Matrix): number {
  const { diagonal } = new SingularValueDecomposition(matrix, {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  });
  return diagonal.reduce((sum, value) => sum + value, 0);
}

function decompose(matrix: Matrix): EigenvalueDecomposition {
  // Rounding leaves products a hair off symmetry.
  const symmetric = Matrix.add(matrix, matrix.transpose()).mul(0.5);
  return new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });
}
