import { expect, test } from "vitest";
import { createSchedule, type ScheduleConfig } from "./schedule.ts";

const reference: ScheduleConfig = {
  policy: "linear",
  constantEpochs: 100,
  decayEpochs: 100,
  stepEpochs: 50,
};

test.each([
  [0, 1],
  [99, 1],
  [100, 1 - 1 / 101],
  [149, 1 - 50 / 101],
  [199, 1 - 100 / 101],
])("linear: epoch %i trains at %f of the learning rate", (epoch, factor) => {
  expect(createSchedule(reference).factor(epoch)).toBeCloseTo(factor, 12);
});

test("step cuts to a tenth, cosine falls to nothing over the constant epochs", () => {
  const step = createSchedule({ ...reference, policy: "step" });
  expect([0, 49, 50, 100].map((epoch) => step.factor(epoch))).toEqual([1, 1, 0.1, 0.1 ** 2]);
  const cosine = createSchedule({ ...reference, policy: "cosine" });
  expect(cosine.factor(50)).toBeCloseTo(0.5, 12);
  expect(cosine.factor(100)).toBeCloseTo(0, 12);
});

test("plateau cuts to a fifth after six epochs without gain, also across a stop", () => {
  const config: ScheduleConfig = { ...reference, policy: "plateau" };
  let schedule = createSchedule(config);
  const factors: number[] = [];
  for (const distance of [10, 8, 8, 7.95, 8, 9, 8, 8, 7, 7]) {
    schedule.stepped(distance - 1);
    // Saved and restored in the middle of an epoch.
    schedule = createSchedule(config, JSON.parse(JSON.stringify(schedule.state)));
    schedule.stepped(distance + 1);
    schedule.epochEnded();
    factors.push(schedule.factor(factors.length));
  }
  expect(factors).toEqual([1, 1, 1, 1, 1, 1, 1, 0.2, 0.2, 0.2]);
});
