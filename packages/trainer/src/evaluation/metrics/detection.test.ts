import { createRandom } from "@unpaired/core";
import { expect, it } from "vitest";
import { hasPython, pythonNeeded, reference } from "../testing/python.ts";
import { detectionScores } from "./detection.ts";

it("counts pairs, ties half, and what lies above the threshold", () => {
  // Of 3 × 2 pairs 4 are in order and one is tied.
  const { auc, precision, recall } = detectionScores([1, 3, 4], [1, 2], 1.5);
  expect(auc).toBeCloseTo(4.5 / 6, 12);
  expect(precision).toBeCloseTo(2 / 3, 12);
  expect(recall).toBeCloseTo(2 / 3, 12);
});

it("has no precision where nothing is found", () => {
  expect(detectionScores([1], [0], 5)).toEqual({ auc: 1, precision: Number.NaN, recall: 0 });
});

it.skipIf(!hasPython())(`is scikit-learn's (${pythonNeeded})`, () => {
  const random = createRandom(8);
  // Rounded, so that there are ties.
  const draw = (shift: number, count: number) =>
    Array.from({ length: count }, () => Math.round(5 * (random.normal() + shift)) / 5);
  const request = { positives: draw(1, 60), negatives: draw(0, 40), threshold: 0.8 };
  const { auc, precision, recall } = detectionScores(request.positives, request.negatives, 0.8);
  const expected = reference<number[]>({ metric: "detection", ...request });
  for (const [index, value] of [auc, precision, recall].entries()) {
    expect(value).toBeCloseTo(expected[index]!, 12);
  }
});
