import { resample } from "@unpaired/core/images";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { readCodecModules } from "../../test/codec-modules.ts";
import { createCodecs } from "./codecs.ts";
import { inspectImage } from "./inspect-image.ts";
import { instantiateJpegDecoder, scaledSide } from "./jpeg-decoder.ts";
import { decodedEighths } from "./jpeg-eighths.ts";

const WIDTH = 1003;
const HEIGHT = 805;
const limits = { imagePixels: 25_000_000, imageSide: 16_384 };
const whole = { left: 0, top: 0, width: WIDTH, height: HEIGHT };

/** Something like a photograph: noise of many sizes. */
async function picture() {
  const layers = await Promise.all(
    [20, 90, 400].map(async (side, index) => {
      const noise = { type: "gaussian", mean: 128, sigma: 60 - index * 20 } as const;
      const create = { width: side, height: side, channels: 3, noise, background: "#000" };
      return sharp(
        await sharp({ create } as object)
          .png()
          .toBuffer(),
      )
        .resize(WIDTH, HEIGHT, { fit: "fill" })
        .raw()
        .toBuffer();
    }),
  );
  const data = Buffer.from(
    layers[0]!.map((_, at) => layers.reduce((sum, layer) => sum + layer[at]!, 0) / layers.length),
  );
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
}

describe("the JPEG decoder", () => {
  it.each([
    ["4:2:0", { chromaSubsampling: "4:2:0" }],
    ["4:4:4", { chromaSubsampling: "4:4:4" }],
    ["progressive", { progressive: true }],
    ["optimised", { mozjpeg: true }],
  ])("gives the pixels of a %s picture as libjpeg-turbo in libvips does", async (_, options) => {
    const bytes = await (await picture()).jpeg(options).toBuffer();
    const expected = await sharp(bytes).ensureAlpha().raw().toBuffer();
    const decoder = await instantiateJpegDecoder((await readCodecModules()).jpegDecoder);
    decoder.decode(bytes, whole, 8, ({ data, width, height }) => {
      expect([width, height]).toEqual([WIDTH, HEIGHT]);
      expect(Buffer.compare(data, expected)).toBe(0);
    });
  });

  it.each([
    [100, 80],
    [250, 200],
    [400, 320],
  ])("scaled to %i×%i is hardly told from the whole picture scaled", async (width, height) => {
    const bytes = new Uint8Array(await (await picture()).jpeg({ quality: 90 }).toBuffer());
    const header = inspectImage(bytes, limits);
    const region = { left: 101, top: 53, width: 800, height: 640 };
    expect(decodedEighths(header, { region, width, height })).toBeLessThan(8 + (width === 400 ? 1 : 0));
    const codecs = createCodecs(await readCodecModules());
    const ours = await codecs.decode(bytes, header, { region, width, height });
    const data = new Uint8ClampedArray(await sharp(bytes).ensureAlpha().raw().toBuffer());
    const exact = resample({ data, width: WIDTH, height: HEIGHT }, width, height, region);
    const meanSquare = ours.reduce((sum, value, at) => sum + (value - exact[at]!) ** 2, 0) / ours.length;
    expect(10 * Math.log10(255 ** 2 / meanSquare)).toBeGreaterThan(40);
  });

  it("leaves nothing of one picture in the next", async () => {
    const decoder = await instantiateJpegDecoder((await readCodecModules()).jpegDecoder);
    const white = await sharp({ create: { width: 64, height: 64, channels: 3, background: "#fff" } })
      .jpeg()
      .toBuffer();
    const size = { width: 64, height: 64 };
    decoder.decode(white, size, 8, () => {});
    // Smaller than it was said to be: the rest stays as it was before.
    const small = await sharp(white).resize(16, 16).jpeg().toBuffer();
    const brightest = decoder.decode(small, size, 8, ({ data }) =>
      data.subarray(32 * 64 * 4).reduce((most, value) => Math.max(most, value), 0),
    );
    expect(brightest).toBe(0);
  });

  it("asks for the coefficients' room where several scans need them", async () => {
    const bytes = new Uint8Array(await (await picture()).jpeg({ progressive: true }).toBuffer());
    const { workingBytes } = inspectImage(bytes, limits);
    const decoder = await instantiateJpegDecoder((await readCodecModules()).jpegDecoder);
    decoder.decode(bytes, whole, 1, () => {});
    const heldBytes = bytes.length + workingBytes + scaledSide(WIDTH, 1) * scaledSide(HEIGHT, 1) * 4;
    expect(decoder.memoryBytes()).toBeLessThan(heldBytes * 1.02);
    expect(decoder.memoryBytes()).toBeGreaterThan(heldBytes * 0.85);
  });
});

describe("decodedEighths", () => {
  it.each([
    [5_000, 5_000, 256, 256, 1],
    [5_000, 5_000, 1_024, 1_024, 4],
    [5_773, 4_330, 1_365, 1_024, 4],
    [10_000, 2_500, 4_096, 1_024, 4],
    [512, 512, 256, 256, 8],
    [200, 300, 256, 384, 8],
  ])("%i×%i for %i×%i is %i", (width, height, toWidth, toHeight, eighths) => {
    const region = { left: 0, top: 0, width, height };
    expect(decodedEighths({ width, height }, { region, width: toWidth, height: toHeight })).toBe(eighths);
  });

  it("has all the pixels a part of the picture needs", () => {
    const region = { left: 100, top: 100, width: 600, height: 600 };
    expect(decodedEighths({ width: 6_000, height: 4_000 }, { region, width: 512, height: 512 })).toBe(7);
  });
});
