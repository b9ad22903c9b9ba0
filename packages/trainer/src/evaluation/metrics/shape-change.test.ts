import { describe, expect, it } from "vitest";
import type { Picture } from "../../data/index.ts";
import { greyPicture, noisePicture } from "../testing/noise-picture.ts";
import { shapeChange } from "./shape-change.ts";

/** A square of one grey on another. */
function square(left: number, inside = 200, outside = 50): Picture {
  const picture = greyPicture(outside, 32, 32);
  for (let row = 8; row < 20; row++) {
    for (let column = left; column < left + 12; column++) {
      picture.data.fill(inside, (row * 32 + column) * 3, (row * 32 + column) * 3 + 3);
    }
  }
  return picture;
}

describe("shapeChange", () => {
  it("is 0 for the same outlines in other colours, contrast and brightness", () => {
    expect(shapeChange(square(8), square(8))).toBe(0);
    expect(shapeChange(square(8), square(8, 20, 90))).toBe(0);
  });

  it("forgives a pixel and grows with the distance things move", () => {
    const steps = [1, 3, 8].map((distance) => shapeChange(square(8), square(8 + distance)));
    expect(steps[0]).toBeLessThan(0.05);
    expect(steps[1]).toBeGreaterThan(0.2);
    expect(steps[2]).toBeGreaterThan(steps[1]!);
  });

  it("is 1 between outlines and none, and 0 between two flat pictures", () => {
    expect(shapeChange(square(8), greyPicture(7, 32, 32))).toBe(1);
    expect(shapeChange(greyPicture(9, 32, 32), greyPicture(7, 32, 32))).toBe(0);
  });

  it("does not depend on which picture comes first, nor reach 1 for unrelated ones", () => {
    const [a, b] = [noisePicture(1, 40, 30), noisePicture(2, 40, 30)];
    expect(shapeChange(a, b)).toBeCloseTo(shapeChange(b, a), 12);
    expect(shapeChange(a, b)).toBeGreaterThan(0.2);
    expect(shapeChange(a, b)).toBeLessThan(0.8);
  });
});
