import { describe, expect, it } from "vitest";
import { deviation, summarise } from "./statistics.ts";

describe("summarise", () => {
  it("takes the middle of an odd number of timings, in numerical order", () => {
    expect(summarise([100, 9, 20])).toEqual({ medianMs: 20, minMs: 9, maxMs: 100, samples: 3 });
  });

  it("takes the mean of the two in the middle of an even number", () => {
    expect(summarise([4, 1, 3, 10]).medianMs).toBe(3.5);
  });

  it("refuses to summarise nothing", () => {
    expect(() => summarise([])).toThrow(RangeError);
  });
});

describe("deviation", () => {
  it("tells the largest and the mean difference and the PSNR over a range of 2", () => {
    const { largest, mean, psnrDb } = deviation(
      Float32Array.of(0, 0.5, -1, 1),
      Float32Array.of(0, 0.5, -1, 0.5),
    );
    expect({ largest, mean }).toEqual({ largest: 0.5, mean: 0.125 });
    expect(psnrDb).toBeCloseTo(10 * Math.log10(4 / 0.0625), 10);
  });

  it("is nothing between equal outputs", () => {
    const output = Float32Array.of(0.25, -1);
    expect(deviation(output, output)).toEqual({ largest: 0, mean: 0, psnrDb: Number.POSITIVE_INFINITY });
  });

  it.each([
    ["lengths differ", Float32Array.of(1), Float32Array.of(1, 1)],
    ["a value is not a number", Float32Array.of(1, Number.NaN), Float32Array.of(1, 1)],
  ])("is infinite where %s", (_, ours, theirs) => {
    expect(deviation(ours, theirs).largest).toBe(Number.POSITIVE_INFINITY);
  });
});
