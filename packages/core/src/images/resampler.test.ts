import { describe, expect, it } from "vitest";
import { createRandom } from "../random.ts";
import { resample } from "./resample.ts";
import { createResampler } from "./resampler.ts";

const WIDTH = 61;
const HEIGHT = 47;
const random = createRandom(7);
const picture = {
  data: Uint8ClampedArray.from({ length: WIDTH * HEIGHT * 4 }, () => random.uniform() * 256),
  width: WIDTH,
  height: HEIGHT,
};
const rowOf = (y: number) => picture.data.subarray(y * WIDTH * 4, (y + 1) * WIDTH * 4);

function worstDifference(left: Float32Array, right: Float32Array): number {
  expect(left.length).toBe(right.length);
  return left.reduce((worst, value, index) => Math.max(worst, Math.abs(value - right[index]!)), 0);
}

describe("createResampler", () => {
  it.each([
    [16, 12, undefined],
    [90, 70, undefined],
    [16, 12, { left: 7, top: 5, width: 40, height: 31 }],
  ] as const)("gives %i×%i the same whatever order the rows come in", (width, height, region) => {
    const { addRow, result } = createResampler(picture, width, height, region);
    for (let y = HEIGHT - 1; y >= 0; y--) addRow(y, rowOf(y));
    expect(worstDifference(result, resample(picture, width, height, region))).toBeLessThan(1e-3);
  });

  it("gives the same when rows come in parts", () => {
    const region = { left: 7, top: 5, width: 40, height: 31 };
    const { addRow, result } = createResampler(picture, 16, 12, region);
    for (const left of [2, 0, 1]) {
      for (let y = 0; y < HEIGHT; y++) {
        const every = Array.from({ length: WIDTH }, (_, x) => x).filter((x) => x % 3 === left);
        addRow(y, Uint8Array.from(every.flatMap((x) => [...rowOf(y).subarray(x * 4, x * 4 + 4)])), {
          left,
          step: 3,
        });
      }
    }
    expect(worstDifference(result, resample(picture, 16, 12, region))).toBeLessThan(1e-3);
  });

  it("moves with a region whose bounds are fractions", () => {
    const slope = { width: 100, height: 4, data: new Uint8ClampedArray(1600) };
    for (let index = 0; index < 400; index++) slope.data.fill(2 * (index % 100), index * 4, index * 4 + 4);
    // Opaque, so that nothing is laid over white.
    for (let index = 0; index < 400; index++) slope.data[index * 4 + 3] = 255;
    for (const left of [10, 10.25, 10.5, 10.875]) {
      const row = resample(slope, 5, 1, { left, top: 0, width: 50, height: 4 });
      // In the middle of ten columns a slope is what it is there.
      for (let x = 1; x < 4; x++) expect(row[x * 4]).toBeCloseTo(2 * (left + 10 * x + 4.5), 3);
    }
  });
});
