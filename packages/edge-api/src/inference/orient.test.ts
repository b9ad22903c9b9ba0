import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { orient, swapsSides } from "./orient.ts";

const width = 4;
const height = 3;
const pixels = Float32Array.from({ length: width * height * 3 }, (_, index) => index * 7);

describe("orient", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("shows orientation %i as libvips does", async (orientation) => {
    const tagged = await sharp(Uint8Array.from(pixels), { raw: { width, height, channels: 3 } })
      .withMetadata({ orientation })
      .png()
      .toBuffer();
    const { data, info } = await sharp(tagged)
      .autoOrient()
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual(swapsSides(orientation) ? [height, width] : [width, height]);
    expect([...orient(pixels, { width, height, channels: 3 }, orientation)]).toEqual([...data]);
  });
});
