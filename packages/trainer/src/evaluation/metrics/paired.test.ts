import { createRandom } from "@unpaired/core";
import { describe, expect, it } from "vitest";
import { greyPicture, noisePicture } from "../testing/noise-picture.ts";
import { hasPython, pythonNeeded, reference } from "../testing/python.ts";
import { l1, picturePsnr } from "./pixel-error.ts";
import { ssim } from "./ssim.ts";

describe("paired figures, worked out by hand", () => {
  it("L1 is a fraction of the full range", () => {
    expect(l1(greyPicture(0, 4, 4), greyPicture(255, 4, 4))).toBe(1);
    expect(l1(greyPicture(100, 4, 4), greyPicture(151, 4, 4))).toBeCloseTo(0.2, 12);
  });

  it("PSNR of a tenth of the range off everywhere is 20 dB, and of equal pictures endless", () => {
    expect(picturePsnr(greyPicture(0, 4, 4), greyPicture(51, 4, 4))).toBeCloseTo(20 * Math.log10(5), 10);
    expect(picturePsnr(greyPicture(9, 4, 4), greyPicture(9, 4, 4))).toBe(Number.POSITIVE_INFINITY);
  });

  it("SSIM of flat pictures is its luminance term alone", () => {
    const c1 = 2.55 ** 2;
    const expected = (2 * 100 * 150 + c1) / (100 ** 2 + 150 ** 2 + c1);
    expect(ssim(greyPicture(100, 12, 14), greyPicture(150, 12, 14))).toBeCloseTo(expected, 10);
    const noise = noisePicture(1, 16, 16);
    expect(ssim(noise, noise)).toBeCloseTo(1, 12);
  });

  it("refuses pictures of two sizes, and ones smaller than SSIM's window", () => {
    const small = greyPicture(0, 10, 20);
    for (const metric of [l1, picturePsnr, ssim]) {
      expect(() => metric(small, greyPicture(0, 20, 10))).toThrow(/10×20 pixels.*20×10/);
    }
    expect(() => ssim(small, small)).toThrow(/11 pixels a side/);
  });
});

it.skipIf(!hasPython())(`are scikit-image's (${pythonNeeded})`, () => {
  const random = createRandom(4);
  const a = noisePicture(2, 23, 17);
  const b = {
    ...a,
    data: a.data.map((value) => Math.min(255, Math.max(0, value + random.integer(81) - 40))),
  };
  const expected = reference<number[]>({
    metric: "paired",
    width: 23,
    height: 17,
    a: [...a.data],
    b: [...b.data],
  });
  for (const [index, metric] of [l1, picturePsnr, ssim].entries()) {
    expect(metric(a, b)).toBeCloseTo(expected[index]!, 9);
  }
});
