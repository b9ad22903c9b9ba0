import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UnalignedPlan } from "./unaligned-plan.ts";

const squares = (count: number) => Array.from({ length: count }, () => ({ width: 70, height: 70 }));
const base = {
  sizesA: squares(5),
  sizesB: squares(8),
  preprocess: "resize_and_crop" as const,
  multipleOf: 4,
  loadSizePixels: 70,
  cropSizePixels: 64,
  flip: true,
  batchSize: 1,
  seed: 11,
};

function epochOf(plan: UnalignedPlan, epoch: number) {
  return Array.from({ length: plan.stepsPerEpoch }, (_, index) =>
    plan.step(epoch * plan.stepsPerEpoch + index),
  );
}

describe("UnalignedPlan", () => {
  it("visits max(|A|, |B|) places an epoch, every A at least as often as the modulus gives", () => {
    const plan = new UnalignedPlan(base);
    expect([plan.epochLength, plan.stepsPerEpoch]).toEqual([8, 8]);
    for (const epoch of [0, 1, 7]) {
      const visits = epochOf(plan, epoch).map(({ A }) => A[0]!.index);
      expect(visits.sort()).toEqual([0, 0, 1, 1, 2, 2, 3, 4]);
    }
  });

  it("shuffles anew each epoch, and draws B at random or pairs it", () => {
    const plan = new UnalignedPlan({ ...base, sizesA: squares(40), sizesB: squares(40) });
    const orders = [0, 1].map((epoch) => epochOf(plan, epoch).map(({ A }) => A[0]!.index));
    expect(orders[0]).not.toEqual(orders[1]);
    const drawn = epochOf(plan, 0).map(({ B }) => B[0]!.index);
    expect(new Set(drawn).size).toBeLessThan(40);
    const serial = new UnalignedPlan({ ...base, sizesA: squares(40), sizesB: squares(40), orderB: "serial" });
    for (const { A, B } of epochOf(serial, 3)) expect(B[0]!.index).toBe(A[0]!.index);
  });

  it("answers for a step alike whatever was asked before", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.array(fc.nat(500), { maxLength: 8 }),
        fc.nat(500),
        (seed, asked, step) => {
          const used = new UnalignedPlan({ ...base, seed });
          for (const other of asked) used.step(other);
          expect(used.step(step)).toEqual(new UnalignedPlan({ ...base, seed }).step(step));
        },
      ),
    );
  });

  it("keeps every crop inside, draws it for each picture on its own, and flips half of them", () => {
    const plan = new UnalignedPlan({ ...base, sizesA: squares(200), sizesB: squares(200) });
    const steps = epochOf(plan, 0);
    const crops = steps.flatMap(({ A, B }) => [A[0]!.crop, B[0]!.crop]);
    for (const { left, top } of crops) {
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
      expect(Math.max(left, top)).toBeLessThanOrEqual(6);
    }
    for (const edge of [0, 6]) expect(crops.some(({ left }) => left === edge)).toBe(true);
    const flips = crops.filter(({ flip }) => flip).length / crops.length;
    expect(flips).toBeGreaterThan(0.4);
    expect(flips).toBeLessThan(0.6);
    const agreeing = steps.filter(({ A, B }) => A[0]!.crop.flip === B[0]!.crop.flip).length / steps.length;
    expect(agreeing).toBeGreaterThan(0.35);
    expect(agreeing).toBeLessThan(0.65);
    expect(epochOf(new UnalignedPlan({ ...base, flip: false }), 0).some(({ A }) => A[0]!.crop.flip)).toBe(
      false,
    );
  });

  it("shows whole pictures of any shape where nothing is cropped, and lets crops roam over all of a large one", () => {
    const sizesA = [
      { width: 96, height: 64 },
      { width: 64, height: 128 },
    ];
    const whole = new UnalignedPlan({ ...base, sizesA, preprocess: "none" });
    for (const { A } of epochOf(whole, 0)) {
      expect(A[0]!.crop).toMatchObject({ left: 0, top: 0, ...sizesA[A[0]!.index] });
    }
    const cropped = new UnalignedPlan({ ...base, sizesA, preprocess: "crop" });
    const crops = Array.from({ length: 400 }, (_, step) => cropped.step(step).A[0]!);
    for (const [index, { width, height }] of sizesA.entries()) {
      const own = crops.filter((image) => image.index === index).map(({ crop }) => crop);
      expect(Math.max(...own.map(({ left }) => left))).toBe(width - 64);
      expect(Math.max(...own.map(({ top }) => top))).toBe(height - 64);
    }
  });

  it("fills the last batch of an epoch by wrapping round", () => {
    const plan = new UnalignedPlan({ ...base, batchSize: 3 });
    expect(plan.stepsPerEpoch).toBe(3);
    for (const { A, B } of epochOf(plan, 0)) expect([A.length, B.length]).toEqual([3, 3]);
    expect(plan.step(2).epoch).toBe(0);
    expect(plan.step(3).epoch).toBe(1);
  });
});
