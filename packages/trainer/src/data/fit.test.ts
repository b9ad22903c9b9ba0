import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { encodeImage } from "./encode.ts";
import { fitToModel, resize } from "./fit.ts";

const picture = { width: 60, height: 30, data: new Uint8Array(60 * 30 * 3).fill(77) };

describe("fitToModel", () => {
  it("squeezes to the model's square, or keeps the shape at whole multiples", async () => {
    expect(await fitToModel(picture, { sizePixels: 64 })).toMatchObject({ width: 64, height: 64 });
    expect(await fitToModel(picture, { sizePixels: 64, fit: "aspect" })).toMatchObject({
      width: 64,
      height: 32,
    });
    const sliver = { width: 600, height: 2, data: new Uint8Array(3600) };
    expect(await fitToModel(sliver, { sizePixels: 64, fit: "aspect" })).toMatchObject({
      width: 64,
      height: 4,
    });
  });

  it("leaves a picture that fits alone and keeps flat colours flat", async () => {
    const fitting = await fitToModel(picture, { sizePixels: 64 });
    expect(await fitToModel(fitting, { sizePixels: 64 })).toBe(fitting);
    expect(new Set(fitting.data)).toEqual(new Set([77]));
    expect(await resize(fitting, 10, 20)).toMatchObject({ width: 10, height: 20 });
  });

  it.each([0, 62, -4, 4100, Number.NaN])("refuses a size of %s", async (sizePixels) => {
    await expect(fitToModel(picture, { sizePixels })).rejects.toThrow(String(sizePixels));
  });
});

describe("encodeImage", () => {
  it.each(["png", "jpeg", "webp"] as const)("writes %s that decodes to the same picture", async (format) => {
    const bytes = await encodeImage(picture, { format });
    expect((await sharp(bytes).metadata()).format).toBe(format);
    const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    expect(Math.abs(data[500]! - 77)).toBeLessThanOrEqual(1);
  });
});
