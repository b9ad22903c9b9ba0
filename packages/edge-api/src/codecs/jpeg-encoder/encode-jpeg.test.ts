import { createRandom } from "@unpaired/core";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { encodeJpeg } from "./encode-jpeg.ts";

interface Picture {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

function picture(width: number, height: number, pixel: (x: number, y: number) => readonly number[]): Picture {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([...pixel(x, y), 255], (y * width + x) * 4);
  }
  return { data, width, height };
}

const smooth = (width: number, height: number) =>
  picture(width, height, (x, y) => [
    128 + 100 * Math.sin(x / 9),
    128 + 90 * Math.cos(y / 7 + x / 31),
    (x * 3 + y * 5) % 256,
  ]);
const noise = (width: number, height: number) =>
  picture(width, height, (x, y) => [
    (x * 7919 + y * 104_729) % 256,
    (x * y * 31) % 256,
    (x ^ (y * 37)) & 255,
  ]);

async function decoded(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes, { failOn: "warning" })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Mean squared difference of the colours. */
async function error(bytes: Uint8Array, { data }: Picture): Promise<number> {
  const back = (await decoded(bytes)).data;
  let sum = 0;
  for (let index = 0; index < back.length; index++) {
    sum += (back[index]! - data[Math.floor(index / 3) * 4 + (index % 3)]!) ** 2;
  }
  return sum / back.length;
}

const rgba = ({ data, width, height }: Picture) =>
  sharp(data, { raw: { width, height, channels: 4 } }).removeAlpha();

describe("encodeJpeg", () => {
  it.each([
    [100, "4:4:4"],
    [90, "4:4:4"],
    [89, "4:2:0"],
    [60, "4:2:0"],
    [10, "4:2:0"],
  ])(
    "is as close and as small at quality %i as libjpeg-turbo is (%s)",
    async (quality, chromaSubsampling) => {
      for (const one of [smooth(150, 110), noise(64, 48)]) {
        const ours = encodeJpeg(one, quality);
        const theirs = await rgba(one).jpeg({ quality, chromaSubsampling, optimiseCoding: true }).toBuffer();
        expect((await sharp(ours).metadata()).chromaSubsampling).toBe(chromaSubsampling);
        expect(ours.length).toBeLessThan(theirs.length * 1.02 + 40);
        expect(await error(ours, one)).toBeLessThan((await error(theirs, one)) * 1.02 + 0.1);
      }
    },
  );

  it("takes any size and quality, and is read without a warning", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 100 }),
        fc.boolean(),
        async (width, height, quality, isSmooth) => {
          const bytes = encodeJpeg((isSmooth ? smooth : noise)(width, height), quality);
          expect(await decoded(bytes)).toMatchObject({ width, height });
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it("keeps a flat colour to a level or two, up to the edges of a picture no block fits", async () => {
    for (const quality of [90, 80]) {
      const flat = picture(37, 21, () => [200, 60, 30]);
      const { data } = await decoded(encodeJpeg(flat, quality));
      for (let index = 0; index < data.length; index++) {
        expect(Math.abs(data[index]! - [200, 60, 30][index % 3]!)).toBeLessThanOrEqual(4);
      }
    }
  });

  it("codes the largest frequencies there are", async () => {
    const board = picture(64, 64, (x, y) => ((x + y) % 2 ? [255, 255, 255] : [0, 0, 0]));
    const stripes = picture(64, 64, (x) => (x % 16 < 8 ? [255, 0, 0] : [0, 255, 255]));
    for (const one of [board, stripes]) expect(await error(encodeJpeg(one, 100), one)).toBeLessThan(2);
  });

  it("takes no more memory than is set aside for it: at most three bytes and a half of file a pixel", () => {
    const { integer } = createRandom(1);
    const worst = picture(256, 256, () => [255 * integer(2), 255 * integer(2), 255 * integer(2)]);
    expect(encodeJpeg(worst, 100).length).toBeLessThan(3.5 * 256 * 256);
  });
});
