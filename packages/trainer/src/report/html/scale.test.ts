import fc from "fast-check";
import { expect, test } from "vitest";
import { axisTicks, shortCount, smoothed, valueBounds } from "./scale.ts";

test("ticks are round, ascending and within the axis", () => {
  expect(axisTicks(0, 6000, 4)).toEqual([0, 2000, 4000, 6000]);
  expect(axisTicks(0, 0.32, 4)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(axisTicks(-1.1, 1.1, 4)).toEqual([-1, 0, 1]);
  fc.assert(
    fc.property(
      fc.double({ min: 1e-9, max: 1e12, noNaN: true }),
      fc.integer({ min: 2, max: 8 }),
      (high, count) => {
        const ticks = axisTicks(0, high, count);
        expect(ticks.length).toBeGreaterThan(1);
        expect(ticks.length).toBeLessThanOrEqual(count + 2);
        expect(ticks.at(-1)).toBeLessThanOrEqual(high * (1 + 1e-6));
      },
    ),
  );
});

test("a curve of nothing or of one value has bounds to be drawn in", () => {
  expect(valueBounds([], [])).toEqual({ low: 0, high: 1 });
  expect(valueBounds([[Number.NaN]], [[Number.NaN]])).toEqual({ low: 0, high: 1 });
  const { low, high } = valueBounds([[0.0002, 0.0002]], [[0.0002]]);
  expect(low).toBe(0);
  expect(high).toBeGreaterThan(0.0002);
  expect(valueBounds([[-4, 2]], [[-4, 2]]).low).toBeLessThan(-4);
});

test("a stray peak does not press the curve flat", () => {
  const calm = Array.from({ length: 500 }, () => 1);
  const peak = calm.with(250, 1000);
  expect(valueBounds([peak], [smoothed(peak, 20)]).high).toBeLessThan(4);
  const start = calm.with(0, 2.5);
  expect(valueBounds([start], [start]).high).toBeGreaterThan(2.5);
});

test("smoothing keeps a constant, lags a jump, and leaves gaps as they are", () => {
  expect(smoothed([3, 3, 3], 10)).toEqual([3, 3, 3].map((value) => expect.closeTo(value)));
  const jump = smoothed([0, 0, 0, 0, 1, 1], 4);
  expect(jump[4]).toBeGreaterThan(0);
  expect(jump[5]).toBeLessThan(1);
  expect(smoothed([1, Number.NaN, 1], 3)).toEqual([expect.closeTo(1), Number.NaN, expect.closeTo(1)]);
  expect(smoothed([5, 1], 1)).toEqual([expect.closeTo(5), expect.closeTo(1)]);
});

test("steps read short", () => {
  expect([0, 250, 1000, 1500, 2_500_000, 3e12].map(shortCount)).toEqual([
    "0",
    "250",
    "1k",
    "1.5k",
    "2.5M",
    "3e12",
  ]);
});
