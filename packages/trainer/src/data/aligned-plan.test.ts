import { expect, it } from "vitest";
import { AlignedPlan } from "./aligned-plan.ts";

const base = {
  preprocess: "resize_and_crop" as const,
  loadSizePixels: 70,
  cropSizePixels: 64,
  multipleOf: 4,
  sizes: Array.from({ length: 60 }, () => ({ width: 70, height: 70 })),
  flip: true,
  batchSize: 1,
  seed: 4,
};
const epochOf = (plan: AlignedPlan, epoch: number) =>
  Array.from({ length: plan.stepsPerEpoch }, (_, index) => plan.step(epoch * plan.stepsPerEpoch + index));

it("visits every pair once an epoch in an order of its own, both sides alike", () => {
  const plan = new AlignedPlan(base);
  const orders = [0, 1, 2].map((epoch) =>
    epochOf(plan, epoch).map(({ A, B }) => {
      expect(B).toEqual(A);
      return A[0]!.index;
    }),
  );
  const all = base.sizes.map((_, index) => index);
  for (const order of orders) expect([...order].sort((one, other) => one - other)).toEqual(all);
  expect(orders[0]).not.toEqual(orders[1]);
  expect(orders[1]).not.toEqual(orders[2]);
});

it("answers for a step alike whatever was asked before, and otherwise for another seed", () => {
  const used = new AlignedPlan(base);
  for (const step of [300, 2, 77]) used.step(step);
  expect(used.step(123)).toEqual(new AlignedPlan(base).step(123));
  expect(epochOf(new AlignedPlan({ ...base, seed: 5 }), 0)).not.toEqual(epochOf(used, 0));
});

it("draws crops all over and flips half of them, or none", () => {
  const crops = [0, 1, 2, 3]
    .flatMap((epoch) => epochOf(new AlignedPlan(base), epoch))
    .map(({ A }) => A[0]!.crop);
  expect(new Set(crops.map(({ left }) => left)).size).toBe(7);
  expect(new Set(crops.map(({ top }) => top)).size).toBe(7);
  const flips = crops.filter(({ flip }) => flip).length / crops.length;
  expect(flips).toBeGreaterThan(0.35);
  expect(flips).toBeLessThan(0.65);
  expect(epochOf(new AlignedPlan({ ...base, flip: false }), 0).some(({ A }) => A[0]!.crop.flip)).toBe(false);
});

it("fills the last batch of an epoch by wrapping round", () => {
  const plan = new AlignedPlan({ ...base, batchSize: 7 });
  expect(plan.stepsPerEpoch).toBe(9);
  for (const { A, B } of epochOf(plan, 1)) expect([A.length, B.length]).toEqual([7, 7]);
});
