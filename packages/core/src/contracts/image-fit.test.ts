import { describe, expect, it } from "vitest";
import { fittedSize } from "./fitted-size.ts";
import { fitImage } from "./image-fit.ts";

const model = { size: 256, multipleOf: 4 };

describe("fitImage", () => {
  it("keeps all of the image and its aspect for contain", () => {
    const image = { width: 640, height: 480 };
    expect(fitImage(image, { ...model, fit: "contain" })).toEqual({
      region: { left: 0, top: 0, ...image },
      ...fittedSize(image, model),
    });
  });

  it.each([
    [640, 480, { left: 80, top: 0, width: 480, height: 480 }],
    [480, 641, { left: 0, top: 80, width: 480, height: 480 }],
    [1, 1, { left: 0, top: 0, width: 1, height: 1 }],
  ])("takes the square in the middle of %i×%i for cover", (width, height, region) => {
    expect(fitImage({ width, height }, { ...model, fit: "cover" })).toEqual({
      region,
      width: 256,
      height: 256,
    });
  });

  it("squeezes all of the image into a square for stretch", () => {
    expect(fitImage({ width: 640, height: 480 }, { ...model, fit: "stretch" })).toEqual({
      region: { left: 0, top: 0, width: 640, height: 480 },
      width: 256,
      height: 256,
    });
  });

  it("makes every square's side a multiple, and at least four of them", () => {
    for (const [size, side] of [
      [150, 160],
      [16, 128],
      [256, 256],
    ] as const) {
      const fitted = fitImage({ width: 9, height: 5 }, { size, multipleOf: 32, fit: "cover" });
      expect([fitted.width, fitted.height]).toEqual([side, side]);
    }
  });
});
