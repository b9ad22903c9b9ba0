import { createRandom } from "@unpaired/core";
import { describe, expect, it } from "vitest";
import { hasPython, pythonNeeded, reference } from "../testing/python.ts";
import { ConfusionMatrix, IGNORED } from "./confusion-matrix.ts";

function scoresOf(classes: number, truth: readonly number[], predicted: readonly number[]) {
  const matrix = new ConfusionMatrix(classes);
  matrix.add(Uint8Array.from(truth), Uint8Array.from(predicted));
  return matrix.scores();
}

describe("label scores, counted by hand", () => {
  it("divides the diagonal by rows for accuracy and by unions for IoU", () => {
    //            0: 3 right, 1 taken for 1   1: 2 right, 1 taken for 2   2: 1 right, 2 taken for 0
    const scores = scoresOf(3, [0, 0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 0, 0, 1, 1, 1, 2, 2, 0, 0]);
    expect(scores.pixelAccuracy).toBeCloseTo(6 / 10, 12);
    expect(scores.classAccuracy).toBeCloseTo((3 / 4 + 2 / 3 + 1 / 3) / 3, 12);
    expect(scores.iouByClass).toEqual([3 / 6, 2 / 4, 1 / 4]);
    expect(scores.classIou).toBeCloseTo((3 / 6 + 2 / 4 + 1 / 4) / 3, 12);
  });

  it("leaves out of the accuracy a class the truth lacks, and counts it as IoU 0 when it was predicted", () => {
    const scores = scoresOf(3, [0, 0, 0, 0], [0, 0, 0, 1]);
    expect(scores.classAccuracy).toBe(3 / 4);
    expect(scores.accuracyByClass).toEqual([3 / 4, Number.NaN, Number.NaN]);
    expect(scores.iouByClass).toEqual([3 / 4, 0, Number.NaN]);
    expect(scores.classIou).toBe(3 / 8);
  });

  it("passes over ignored truth, and takes an ignored prediction for a miss", () => {
    const scores = scoresOf(2, [0, 0, 1, IGNORED, IGNORED], [0, IGNORED, 1, 1, 0]);
    expect(scores.pixelAccuracy).toBeCloseTo(2 / 3, 12);
    expect(scores.iouByClass).toEqual([1 / 2, 1]);
  });

  it("gathers pictures before it divides", () => {
    const matrix = new ConfusionMatrix(2);
    matrix.add(Uint8Array.of(0, 0, 0), Uint8Array.of(0, 0, 0));
    matrix.add(Uint8Array.of(1), Uint8Array.of(0));
    expect(matrix.scores().pixelAccuracy).toBe(3 / 4);
    expect(matrix.scores().classIou).toBe(3 / 8);
  });

  it("refuses maps of two sizes and ids that are no class", () => {
    const matrix = new ConfusionMatrix(2);
    expect(() => matrix.add(Uint8Array.of(0), Uint8Array.of(0, 1))).toThrow(/1 pixels.*of 2/);
    expect(() => matrix.add(Uint8Array.of(2), Uint8Array.of(0))).toThrow(RangeError);
  });
});

it.skipIf(!hasPython())(`are scikit-learn's (${pythonNeeded})`, () => {
  const random = createRandom(3);
  // Class 5 is in neither, class 4 only predicted.
  const truth = Array.from({ length: 500 }, () => (random.uniform() < 0.1 ? IGNORED : random.integer(4)));
  const predicted = truth.map((id) => (id !== IGNORED && random.uniform() < 0.6 ? id : random.integer(5)));
  const { pixelAccuracy, classAccuracy, classIou } = scoresOf(6, truth, predicted);
  const expected = reference<number[]>({ metric: "label_scores", classes: 6, truth, predicted });
  for (const [index, value] of [pixelAccuracy, classAccuracy, classIou].entries()) {
    expect(value).toBeCloseTo(expected[index]!, 10);
  }
});
