import type { Picture } from "../../data/index.ts";
import { assertSameSize } from "./pixel-error.ts";

/** Share of a picture's pixels, those of the steepest brightness, that count as its edges. */
const EDGE_SHARE = 0.1;

/**
 * How far a translation moved a picture's outlines: 1 − F, F being the harmonic mean of the shares of either picture's
 * edges that lie within one pixel of an edge of the other. 0: every outline stayed; 1: none did.
 *
 * Edges are the tenth of the pixels with the steepest luma (Sobel), so that brightness and contrast do not count, only
 * where things are. Unrelated pictures do not reach 1, for some edges meet by chance; compare with that figure.
 *
 * @throws EvaluationError `size_mismatch`
 */
export function shapeChange(a: Picture, b: Picture): number {
  assertSameSize(a, b);
  const { width, height } = a;
  const edgesA = edgesOf(a);
  const edgesB = edgesOf(b);
  const hasA = edgesA.includes(1);
  const hasB = edgesB.includes(1);
  if (!hasA || !hasB) return hasA === hasB ? 0 : 1;
  const precision = shareNear(edgesB, edgesA, width, height);
  const recall = shareNear(edgesA, edgesB, width, height);
  if (precision + recall === 0) return 1;
  return 1 - (2 * precision * recall) / (precision + recall);
}

/** 1 where a pixel is among the steepest and not flat, 0 elsewhere. */
function edgesOf({ width, height, data }: Picture): Uint8Array {
  const luma = Float64Array.from(
    { length: width * height },
    (_, index) => 299 * data[index * 3]! + 587 * data[index * 3 + 1]! + 114 * data[index * 3 + 2]!,
  );
  const at = (row: number, column: number) =>
    luma[Math.min(height - 1, Math.max(0, row)) * width + Math.min(width - 1, Math.max(0, column))]!;
  const slopes = new Float64Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const across =
        at(row - 1, column + 1) -
        at(row - 1, column - 1) +
        2 * (at(row, column + 1) - at(row, column - 1)) +
        at(row + 1, column + 1) -
        at(row + 1, column - 1);
      const down =
        at(row + 1, column - 1) -
        at(row - 1, column - 1) +
        2 * (at(row + 1, column) - at(row - 1, column)) +
        at(row + 1, column + 1) -
        at(row - 1, column + 1);
      slopes[row * width + column] = across * across + down * down;
    }
  }
  const sorted = slopes.toSorted();
  const threshold = sorted[Math.floor(sorted.length * (1 - EDGE_SHARE))]!;
  return Uint8Array.from(slopes, (slope) => (slope > 0 && slope >= threshold ? 1 : 0));
}

/** Share of `edges` with one of `others` in their 3×3 neighbourhood. */
function shareNear(edges: Uint8Array, others: Uint8Array, width: number, height: number): number {
  let all = 0;
  let near = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (edges[row * width + column] === 0) continue;
      all++;
      if (hasNeighbour(others, row, column, width, height)) near++;
    }
  }
  return near / all;
}

function hasNeighbour(
  edges: Uint8Array,
  row: number,
  column: number,
  width: number,
  height: number,
): boolean {
  for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++) {
    for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) {
      if (edges[y * width + x] === 1) return true;
    }
  }
  return false;
}
