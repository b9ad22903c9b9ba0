import { describe, expect, it } from "vitest";
import { fittedSide, fittedSize } from "./fitted-size.ts";

describe("fittedSize", () => {
  it.each([
    [256, 256, 256, 256],
    [512, 512, 256, 256],
    [640, 480, 340, 256],
    [480, 640, 256, 340],
    [1024, 512, 512, 256],
    [1, 1, 256, 256],
    [4000, 1000, 512, 128],
    [12_000, 10, 512, 16],
  ])("fits %i×%i into a model of 256 as %i×%i", (width, height, fittedWidth, fittedHeight) => {
    expect(fittedSize({ width, height }, { size: 256, multipleOf: 4 })).toEqual({
      width: fittedWidth,
      height: fittedHeight,
    });
  });

  it.each([
    [256, 256],
    [128, 128],
    [64, 32],
  ])("leaves a U-Net of size %i, whose sides are multiples of %i, its own size", (size, multipleOf) => {
    expect(fittedSize({ width: 90, height: 90 }, { size, multipleOf })).toEqual({
      width: size,
      height: size,
    });
    expect(fittedSide(size, multipleOf)).toBe(size);
    const wide = fittedSize({ width: 600, height: 10 }, { size, multipleOf });
    expect(wide).toEqual({ width: 2 * size, height: size });
  });

  it("gives a size that is no multiple of a deep network's, or a small one of a ResNet, no lesser least", () => {
    expect(fittedSide(100, 64)).toBe(256);
    expect(fittedSide(8, 4)).toBe(16);
  });

  it("keeps every side a multiple, at least four of them and at most twice the size", () => {
    for (const multipleOf of [1, 4, 32]) {
      for (let width = 1; width < 3000; width = Math.ceil(width * 1.7)) {
        for (let height = 1; height < 3000; height = Math.ceil(height * 1.9)) {
          const fitted = fittedSize({ width, height }, { size: 128, multipleOf });
          for (const side of [fitted.width, fitted.height]) {
            expect(side % multipleOf).toBe(0);
            expect(side).toBeGreaterThanOrEqual(4 * multipleOf);
            expect(side).toBeLessThanOrEqual(256);
          }
        }
      }
    }
  });
});
