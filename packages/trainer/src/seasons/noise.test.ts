import { createRandom } from "@unpaired/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNoise } from "./noise.ts";

const place = fc.double({ min: -500, max: 500, noNaN: true });

describe("createNoise", () => {
  const noise = createNoise(createRandom(5));

  it("stays within its ranges everywhere", () => {
    fc.assert(
      fc.property(place, place, (x, y) => {
        expect(Math.abs(noise.smooth(x, y))).toBeLessThanOrEqual(1.6);
        expect(Math.abs(noise.fractal(x, y, 4))).toBeLessThanOrEqual(1.75);
        expect(noise.ridged(x, y, 5)).toBeGreaterThanOrEqual(0);
        expect(noise.ridged(x, y, 5)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("has no jumps, also across lattice lines", () => {
    fc.assert(
      fc.property(place, place, (x, y) => {
        const step = 1e-4;
        expect(Math.abs(noise.smooth(x + step, y) - noise.smooth(x, y))).toBeLessThan(0.001);
        expect(Math.abs(noise.smooth(x, y + step) - noise.smooth(x, y))).toBeLessThan(0.001);
      }),
    );
  });

  it("is fixed by its seed", () => {
    expect(createNoise(createRandom(5)).fractal(1.3, 7.9, 3)).toBe(noise.fractal(1.3, 7.9, 3));
    expect(createNoise(createRandom(6)).fractal(1.3, 7.9, 3)).not.toBe(noise.fractal(1.3, 7.9, 3));
  });
});
