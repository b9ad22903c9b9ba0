import fc from "fast-check";
import { expect, test } from "vitest";
import { fittedSize } from "./fitted-size.ts";

const model = { size: 256, multipleOf: 4 };

test.each([
  [256, 256, 256, 256],
  [512, 512, 256, 256],
  [640, 480, 340, 256],
  [100, 50, 512, 256],
  [3000, 300, 512, 52],
  [1, 1, 256, 256],
  [10_000, 1, 512, 16],
])("%i×%i becomes %i×%i", (width, height, fittedWidth, fittedHeight) => {
  expect(fittedSize({ width, height }, model)).toEqual({ width: fittedWidth, height: fittedHeight });
});

test("every image is fitted to whole multiples within twice the size", () => {
  const sides = fc.integer({ min: 1, max: 20_000 });
  fc.assert(
    fc.property(sides, sides, (width, height) => {
      const fitted = fittedSize({ width, height }, model);
      for (const side of [fitted.width, fitted.height]) {
        expect(side % 4).toBe(0);
        expect(side).toBeGreaterThanOrEqual(16);
        expect(side).toBeLessThanOrEqual(512);
      }
    }),
  );
});
