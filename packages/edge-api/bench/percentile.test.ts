import { expect, it } from "vitest";
import { percentile } from "./percentile.ts";

it("takes the nearest rank", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([0, 0.5, 0.95, 0.99, 1].map((fraction) => percentile(values, fraction))).toEqual([
    1, 50, 95, 99, 100,
  ]);
  expect(percentile([7], 0.5)).toBe(7);
  expect(percentile([], 0.5)).toBeNaN();
});
