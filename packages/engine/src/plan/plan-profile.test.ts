import { expect, test } from "vitest";
import { measureProfile } from "./plan-profile.ts";

/** Runs that take what the list says, the last entry again and again. */
function runsOf(...runs: readonly (readonly number[])[]) {
  const state = { begun: 0 };
  const runOnce = async () => runs[Math.min(state.begun++, runs.length - 1)]!;
  return { state, runOnce };
}

test("medians are of the runs after the warm-up", async () => {
  const cold = [900, 900];
  const { runOnce } = runsOf(cold, cold, cold, [600, 180], [1000, 20], [800, 100], [200, 60], [400, 140]);
  expect(await measureProfile(runOnce)).toEqual({
    stepsMs: [600, 100],
    runs: 5,
    warmUpRuns: 3,
    medianMs: 780,
    fastestMs: 260,
    slowestMs: 1020,
  });
});

test("quick models run for two seconds, slow ones five times, instant ones 200 times", async () => {
  expect((await measureProfile(runsOf([60, 40]).runOnce)).runs).toBe(20);
  expect((await measureProfile(runsOf([5000]).runOnce)).runs).toBe(5);
  const { state, runOnce } = runsOf([]);
  expect(await measureProfile(runOnce)).toMatchObject({ stepsMs: [], runs: 200, medianMs: 0 });
  expect(state.begun).toBe(203);
});
