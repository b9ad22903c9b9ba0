import { describe, expect, it } from "vitest";
import { deviation, summarise, timesAsLong } from "./statistics.ts";

describe("summarise", () => {
  it("takes the middle of an odd number of timings, in numerical order", () => {
    const samplesMs = [100, 9, 20];
    expect(summarise(samplesMs)).toEqual({ medianMs: 20, minMs: 9, maxMs: 100, samples: 3, samplesMs });
  });

  it("takes the mean of the two in the middle of an even number", () => {
    expect(summarise([4, 1, 3, 10]).medianMs).toBe(3.5);
  });

  it("refuses to summarise nothing", () => {
    expect(() => summarise([])).toThrow(RangeError);
  });
});

describe("timesAsLong", () => {
  it("compares what ran in one round, so that slow rounds do not count", () => {
    // The medians alone, 60 and 10, would make it six times.
    const theirs = summarise([30, 60, 62, 30, 61]);
    const ours = summarise([10, 20, 20, 10, 10]);
    expect(timesAsLong(theirs, ours)).toBe(3);
  });

  it("refuses sides that ran in different rounds", () => {
    expect(() => timesAsLong(summarise([1, 2]), summarise([1]))).toThrow(RangeError);
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
