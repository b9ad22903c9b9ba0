import { createRandom } from "@unpaired/core";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { hasPython, pythonNeeded, reference } from "../testing/python.ts";
import { type Features, featureDistance, frechetDistance, gaussianOf } from "./frechet-distance.ts";
import { kernelDistance, maximumMeanDiscrepancy } from "./kernel-distance.ts";
import { nuclearNorm, symmetricSquareRoot, traceOfProductRoot } from "./symmetric-matrix.ts";

/** Correlated features, shifted. */
function features(seed: number, count: number, length: number, shift = 0): Features {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const common = random.normal();
    return Float32Array.from({ length }, (_, index) => shift + random.normal() * (1 + index / 4) + common);
  });
}

const plain = (rows: Features) => rows.map((row) => Array.from(row));

describe("square roots", () => {
  it("of a matrix whose root is known", () => {
    const root = symmetricSquareRoot(
      new Matrix([
        [5, 4],
        [4, 5],
      ]),
    );
    expect(root.to2DArray().flat()).toEqual([2, 1, 1, 2].map((value) => expect.closeTo(value, 12)));
  });

  it("of a matrix without full rank", () => {
    const flat = new Matrix([[1, 2, 3]]);
    const matrix = flat.transpose().mmul(flat);
    const root = symmetricSquareRoot(matrix);
    expect(Matrix.sub(root.mmul(root), matrix).norm()).toBeLessThan(1e-7);
    expect(traceOfProductRoot(matrix, matrix)).toBeCloseTo(14, 6);
  });

  it("and the sum of singular values of a matrix that is not square", () => {
    expect(
      nuclearNorm(
        new Matrix([
          [3, 0, 0],
          [0, -4, 0],
        ]),
      ),
    ).toBeCloseTo(7, 12);
  });
});

describe("Fréchet distance", () => {
  it("in one dimension is (μ₁ − μ₂)² + (σ₁ − σ₂)²", () => {
    const one = { mean: [1], covariance: new Matrix([[4]]) };
    const other = { mean: [4], covariance: new Matrix([[25]]) };
    expect(frechetDistance(one, other)).toBeCloseTo(9 + 9, 10);
  });

  it("of a set to itself is 0, and grows with a shift", () => {
    const set = features(1, 30, 6);
    expect(featureDistance(set, set)).toBeCloseTo(0, 8);
    expect(featureDistance(set, features(1, 30, 6, 3))).toBeCloseTo(9 * 6, 4);
  });

  it("is one number from covariances and from cross products, also without full rank", () => {
    const [a, b] = [features(1, 9, 12), features(2, 7, 12, 1)];
    expect(featureDistance(a, b)).toBeCloseTo(frechetDistance(gaussianOf(a), gaussianOf(b)), 5);
  });

  it("refuses a set of one and features of two lengths", () => {
    expect(() => featureDistance(features(1, 1, 3), features(2, 5, 3))).toThrow(/1 picture is too small/);
    expect(() => featureDistance(features(1, 5, 3), features(2, 5, 4))).toThrow(/of 3 and of 4/);
  });
});

describe("kernel distance", () => {
  it("of two sets of two scalars, worked out by hand", () => {
    const rows = (...values: number[]) => values.map((value) => Float32Array.of(value));
    // Kernels: 0·1 → 1; 1·2 → 27; mean of 0·1, 0·2, 1·1, 1·2 → (1 + 1 + 8 + 27) / 4.
    expect(maximumMeanDiscrepancy(rows(0, 1), rows(1, 2))).toBeCloseTo(1 + 27 - 2 * (37 / 4), 10);
  });

  it("is near 0 for sets of one kind, larger for others, and the same for the same seed", () => {
    const [a, b, c] = [features(1, 60, 8), features(2, 60, 8), features(3, 60, 8, 1.5)];
    const distance = (other: Features) => kernelDistance(a, other, { random: createRandom(1) });
    expect(Math.abs(distance(b).mean)).toBeLessThan(distance(c).mean / 5);
    expect(distance(c)).toEqual(distance(c));
    expect(distance(c).deviation).toBeGreaterThan(0);
  });

  it("refuses sets too small to draw from", () => {
    const few = features(1, 3, 2);
    expect(() => kernelDistance(few, few, { random: createRandom(1) })).toThrow(/at least 4/);
  });
});

describe.skipIf(!hasPython())(`against NumPy and SciPy (${pythonNeeded})`, () => {
  it("square root", () => {
    const { covariance } = gaussianOf(features(5, 40, 7));
    const expected = new Matrix(
      reference<number[][]>({ metric: "square_root", matrix: covariance.to2DArray() }),
    );
    expect(Matrix.sub(symmetricSquareRoot(covariance), expected).norm()).toBeLessThan(1e-9);
  });

  it.each([
    ["more pictures than features", 40, 8, 1e-8],
    ["fewer pictures than features", 10, 24, 1e-3],
  ])("Fréchet distance with %s", (_, count, length, tolerance) => {
    const [a, b] = [features(6, count, length), features(7, count + 3, length, 0.5)];
    const expected = reference<number>({ metric: "frechet", a: plain(a), b: plain(b) });
    expect(Math.abs(featureDistance(a, b) / expected - 1)).toBeLessThan(tolerance);
  });

  it("kernel distance", () => {
    const [a, b] = [features(8, 12, 5), features(9, 15, 5, 0.4)];
    const expected = reference<number>({ metric: "kernel", a: plain(a), b: plain(b) });
    expect(maximumMeanDiscrepancy(a, b)).toBeCloseTo(expected, 8);
  });
});
