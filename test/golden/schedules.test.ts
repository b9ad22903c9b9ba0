import { expect, test } from "vitest";
import { createSchedule, type ScheduleConfig } from "../../packages/trainer/src/training/schedule.ts";
import { relativeDifference } from "./difference.ts";
import { readFixture } from "./fixture.ts";

interface ScheduleCase {
  readonly learningRate: number;
  readonly policies: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const { case: golden, tensors } = await readFixture<ScheduleCase>("schedules");
const metrics = tensors.get("metrics")!.data;

test.each(Object.entries(golden.policies))("%s gives PyTorch's learning rates", (policy, options) => {
  const defaults = { constantEpochs: 100, decayEpochs: 100, stepEpochs: 50 };
  const schedule = createSchedule({ ...defaults, ...options, policy } as ScheduleConfig);
  const rates = [...metrics].map((metric, epoch) => {
    const rate = golden.learningRate * schedule.factor(epoch);
    schedule.stepped(metric);
    schedule.epochEnded();
    return rate;
  });
  const truth = tensors.get(policy)!.data;
  expect(new Set(truth).size).toBeGreaterThan(2);
  // Every epoch's rate on its own, as far as a float32 holds it; a cosine's zero is rounding.
  for (const [epoch, rate] of rates.entries()) {
    const floor = 1e-6 * golden.learningRate;
    expect(relativeDifference([rate], [truth[epoch]!], { floor }), `epoch ${epoch}`).toBeLessThan(1e-6);
  }
});
