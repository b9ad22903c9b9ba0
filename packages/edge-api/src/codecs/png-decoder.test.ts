import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { blankPng } from "../../test/blank-png.ts";
import { pngOf } from "../../test/png-of.ts";
import { decodePng } from "./png-decoder.ts";

const WIDTH = 37;
const HEIGHT = 21;

/** All pixels as RGBA, and how often each was given. */
async function decoded(bytes: Uint8Array, width = WIDTH, height = HEIGHT) {
  const data = new Uint8Array(width * height * 4);
  const times = new Uint8Array(width * height);
  await decodePng(new Uint8Array(bytes), (y, rgba, { left, step }) => {
    for (let index = 0; index * 4 < rgba.length; index++) {
      const pixel = y * width + left + index * step;
      data.set(rgba.subarray(index * 4, index * 4 + 4), pixel * 4);
      times[pixel]!++;
    }
  });
  expect(times.every((count) => count === 1)).toBe(true);
  return data;
}

/** What an independent decoder (libspng, in libvips) makes of the same file. */
async function expected(bytes: Uint8Array) {
  const { data } = await sharp(bytes)
    .toColourspace("srgb")
    .ensureAlpha()
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return new Uint8Array(data);
}

const noise = () =>
  sharp({
    create: {
      width: WIDTH,
      height: HEIGHT,
      channels: 4,
      noise: { type: "gaussian", mean: 128, sigma: 60 },
      background: "#000",
    },
  } as object);

describe("decodePng", () => {
  for (const progressive of [false, true]) {
    const shape = progressive ? "interlaced" : "row by row";
    it.each([
      ["RGBA", () => noise().png({ progressive })],
      ["RGB", () => noise().removeAlpha().png({ progressive })],
      ["filtered RGB", () => noise().blur(3).removeAlpha().png({ progressive, adaptiveFiltering: true })],
      ["grey", () => noise().removeAlpha().toColourspace("b-w").png({ progressive })],
      ["256 colours", () => noise().png({ progressive, palette: true })],
      ["16 colours", () => noise().png({ progressive, palette: true, colours: 16 })],
      ["4 colours", () => noise().png({ progressive, palette: true, colours: 4 })],
      ["2 colours", () => noise().removeAlpha().png({ progressive, palette: true, colours: 2 })],
    ])(`gives the pixels of %s, ${shape}, as another decoder does`, async (_, make) => {
      const bytes = await make().toBuffer();
      expect([...(await decoded(bytes))]).toEqual([...(await expected(bytes))]);
    });
  }

  it.each([
    [0, 1],
    [0, 2],
    [0, 4],
    [0, 8],
    [0, 16],
    [2, 8],
    [2, 16],
    [4, 8],
    [4, 16],
    [6, 8],
    [6, 16],
  ])("reads every filter of colour type %i in %i bits", async (colorType, bitDepth) => {
    const samples = { 0: 1, 2: 3, 4: 2, 6: 4 }[colorType]!;
    const rowBytes = Math.ceil((11 * samples * bitDepth) / 8);
    const rows = Buffer.from(
      Array.from({ length: 10 }, (_, y) => [
        y % 5,
        ...Array.from({ length: rowBytes }, (_, index) => (y * 89 + index * 71) % 256),
      ]).flat(),
    );
    const bytes = pngOf({ width: 11, height: 10, bitDepth, colorType }, [["IDAT", deflateSync(rows)]]);
    const theirs = await expected(bytes);
    const ours = await decoded(bytes, 11, 10);
    // Of 16 bits, one decoder rounds and the other cuts off.
    const most = ours.reduce((worst, value, index) => Math.max(worst, Math.abs(value - theirs[index]!)), 0);
    expect(most).toBeLessThanOrEqual(bitDepth === 16 ? 1 : 0);
  });

  it.each([
    ["grey", 0, 8, [0, 7], [[6], [7], [8]]],
    [
      "RGB",
      2,
      8,
      [0, 1, 0, 2, 0, 3],
      [
        [1, 2, 4],
        [1, 2, 3],
        [0, 2, 3],
      ],
    ],
    [
      "16-bit RGB",
      2,
      16,
      [9, 1, 9, 2, 9, 3],
      [
        [9, 1, 9, 2, 8, 3],
        [9, 1, 9, 2, 9, 3],
        [9, 1, 9, 2, 9, 4],
      ],
    ],
  ] as const)("makes one colour of a %s picture transparent", async (_, colorType, bitDepth, key, pixels) => {
    const bytes = pngOf({ width: 3, height: 1, bitDepth, colorType }, [
      ["tRNS", Uint8Array.from(key)],
      ["IDAT", deflateSync(Uint8Array.from([0, ...pixels.flat()]))],
    ]);
    const rgba = await decoded(bytes, 3, 1);
    expect([rgba[3], rgba[7], rgba[11]]).toEqual([255, 0, 255]);
  });

  it.each([
    ["too few rows", () => blankPng(64, 64, { pixelBytes: 9 * 63 })],
    ["too many rows", () => blankPng(64, 64, { pixelBytes: 9 * 65 })],
    [
      "a filter that is none",
      () =>
        pngOf({ width: 1, height: 1, bitDepth: 8, colorType: 0 }, [
          ["IDAT", deflateSync(Uint8Array.of(5, 0))],
        ]),
    ],
    [
      "no palette",
      () =>
        pngOf({ width: 1, height: 1, bitDepth: 8, colorType: 3 }, [
          ["IDAT", deflateSync(Uint8Array.of(0, 0))],
        ]),
    ],
    [
      "pixels that are not compressed",
      () => pngOf({ width: 1, height: 1, bitDepth: 8, colorType: 0 }, [["IDAT", Uint8Array.of(1, 2, 3)]]),
    ],
  ])("refuses %s", async (_, make) => {
    await expect(decodePng(make(), () => {})).rejects.toThrow(RangeError);
  });

  it("refuses a header or a palette that is not what was written", async () => {
    const whole = new Uint8Array(await noise().png({ palette: true }).toBuffer());
    for (const offset of [25 + 3, Buffer.from(whole).indexOf("PLTE") + 5]) {
      const damaged = whole.slice();
      damaged[offset]! ^= 1;
      await expect(decodePng(damaged, () => {})).rejects.toThrow(RangeError);
    }
  });
});
