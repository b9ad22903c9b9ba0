import { expect, test } from "vitest";
import { learningRateFactor } from "./schedule.ts";

const reference = { constantEpochs: 100, decayEpochs: 100 };

test.each([
  [0, 1],
  [99, 1],
  [100, 1 - 1 / 101],
  [149, 1 - 50 / 101],
  [199, 1 - 100 / 101],
])("epoch %i trains at %f of the learning rate", (epoch, factor) => {
  expect(learningRateFactor(epoch, reference)).toBeCloseTo(factor, 12);
});
