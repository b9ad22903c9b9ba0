import { describe, expect, it } from "vitest";
import { checkPreprocessing, loadedSize, type PreprocessName, seenSize } from "./preprocess.ts";

const settings = (preprocess: PreprocessName, more = {}) => ({
  preprocess,
  loadSizePixels: 286,
  cropSizePixels: 256,
  multipleOf: 4,
  ...more,
});

describe("loadedSize", () => {
  it.each<[PreprocessName, number, number, number, number]>([
    ["resize_and_crop", 600, 400, 286, 286],
    ["crop", 601, 399, 601, 399],
    // int(max(286 · 900 / 600, 256)); a wide picture is stretched to the crop's height.
    ["scale_width_and_crop", 600, 900, 286, 429],
    ["scale_width_and_crop", 600, 400, 286, 256],
    ["scale_width", 600, 901, 288, 428],
    ["scale_width", 600, 400, 288, 256],
    // round(2.5) is 2 and round(1.5) is 2 in Python; nothing becomes 0.
    ["none", 10, 6, 8, 8],
    ["none", 601, 399, 600, 400],
    ["none", 9, 1, 8, 4],
  ])("%s of %i×%i is %i×%i", (preprocess, width, height, loadedWidth, loadedHeight) => {
    const loaded = loadedSize({ width, height }, settings(preprocess));
    expect(loaded).toEqual({ width: loadedWidth, height: loadedHeight });
    const crops = preprocess.endsWith("crop");
    expect(seenSize(loaded, settings(preprocess))).toEqual(crops ? { width: 256, height: 256 } : loaded);
  });

  it("rounds to what a deep U-Net needs", () => {
    expect(loadedSize({ width: 600, height: 400 }, settings("none", { multipleOf: 256 }))).toEqual({
      width: 512,
      height: 512,
    });
  });
});

describe("checkPreprocessing", () => {
  it.each([
    [settings("scale_width"), 2, /batch size is 2.*scale_width/],
    [settings("none"), 4, /batch size is 4.*none/],
    [settings("resize_and_crop", { cropSizePixels: 288 }), 1, /crop size is 288.*from 4 to 286/],
    [settings("crop", { multipleOf: 512 }), 1, /crop size is 256.*multiple of 512/],
    [settings("resize_and_crop", { multipleOf: 0 }), 1, /multiple of the sides is 0/],
    [settings("shrink" as PreprocessName), 1, /preprocessing is shrink.*resize_and_crop/],
  ])("refuses what cannot work: %j at batch size %i", (wrong, batchSize, message) => {
    expect(() => checkPreprocessing(wrong, batchSize)).toThrow(message);
  });

  it("lets a crop be larger than a load size that is not used", () => {
    expect(() => checkPreprocessing(settings("crop", { cropSizePixels: 512 }), 8)).not.toThrow();
  });
});
