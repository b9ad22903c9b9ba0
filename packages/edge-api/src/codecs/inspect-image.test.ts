import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { blankPng } from "../../test/blank-png.ts";
import { inspectImage } from "./inspect-image.ts";

const limits = { imagePixels: 25_000_000, imageSide: 16_384 };
const inspect = (bytes: Uint8Array) => inspectImage(bytes, limits);
const picture = (width: number, height: number, channels: 3 | 4 = 3) =>
  sharp({ create: { width, height, channels, background: { r: 10, g: 120, b: 240, alpha: 0.5 } } });
const noise = sharp({
  create: {
    width: 90,
    height: 60,
    channels: 3,
    noise: { type: "gaussian", mean: 128, sigma: 50 },
    background: "#000",
  },
});

describe("inspectImage", () => {
  it.each([
    ["png", () => picture(37, 21).png()],
    ["png", () => picture(37, 21, 4).png({ palette: true })],
    ["png", () => picture(37, 21).toColourspace("b-w").png()],
    ["png", () => picture(37, 21).png({ progressive: true })],
    ["png", () => picture(37, 21).toColourspace("rgb16").png()],
    ["jpeg", () => picture(37, 21).jpeg()],
    ["jpeg", () => picture(37, 21).jpeg({ progressive: true })],
    ["jpeg", () => picture(37, 21).jpeg({ mozjpeg: true })],
    ["jpeg", () => picture(37, 21).toColourspace("b-w").jpeg()],
    ["webp", () => picture(37, 21).webp()],
    ["webp", () => picture(37, 21).webp({ lossless: true })],
    ["webp", () => picture(37, 21, 4).webp()],
    ["webp", () => picture(37, 21, 4).webp({ lossless: true })],
  ] as const)("reads the size of a %s as its encoder states it (%#)", async (format, make) => {
    expect(inspect(await make().toBuffer())).toMatchObject({ format, width: 37, height: 21, orientation: 1 });
  });

  it.each(["png", "jpeg", "webp"] as const)("reads every EXIF orientation of a %s", async (format) => {
    for (let orientation = 1; orientation <= 8; orientation++) {
      const bytes = await picture(5, 3).withMetadata({ orientation }).toFormat(format).toBuffer();
      expect(inspect(bytes)).toMatchObject({ format, width: 5, height: 3, orientation });
    }
  });

  it.each(["png", "jpeg", "webp"] as const)("calls a %s cut off anywhere undecodable", async (format) => {
    const whole = await noise.clone().toFormat(format).toBuffer();
    for (let length = 16; length < whole.length; length += 13) {
      expect(() => inspect(whole.subarray(0, length)), `${length} of ${whole.length}`).toThrow(
        expect.objectContaining({ code: "undecodable_image" }),
      );
    }
  });

  it("survives any damaged byte with a typed error or a header", async () => {
    for (const format of ["png", "jpeg", "webp"] as const) {
      const whole = await noise
        .clone()
        .resize(20)
        .withMetadata({ orientation: 6 })
        .toFormat(format)
        .toBuffer();
      for (let index = 0; index < whole.length; index++) {
        const damaged = Uint8Array.from(whole);
        damaged[index] = damaged[index]! ^ 0xff;
        try {
          expect(inspect(damaged).format).toBe(format);
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(
            /^(undecodable|unsupported)_image$|^image_too_large$/,
          );
        }
      }
    }
  });

  it("refuses 12,000×12,000 pixels, whatever the file's size", () => {
    expect(() => inspect(blankPng(12_000, 12_000))).toThrow(
      expect.objectContaining({ code: "image_too_large", message: expect.stringContaining("12000×12000") }),
    );
  });

  it("lets exactly the limit in", async () => {
    const bytes = await picture(50, 20).png().toBuffer();
    expect(inspectImage(bytes, { imagePixels: 1_000, imageSide: 50 }).width).toBe(50);
    for (const tighter of [
      { imagePixels: 999, imageSide: 50 },
      { imagePixels: 1_000, imageSide: 49 },
    ]) {
      expect(() => inspectImage(bytes, tighter)).toThrow(
        expect.objectContaining({ code: "image_too_large" }),
      );
    }
  });

  it("refuses a CMYK JPEG and names it", async () => {
    const bytes = await picture(8, 8).toColourspace("cmyk").jpeg().toBuffer();
    expect(() => inspect(bytes)).toThrow(
      expect.objectContaining({ code: "unsupported_image", message: expect.stringContaining("CMYK") }),
    );
  });

  it.each([
    ["not a picture", () => Buffer.from("hello, I am a picture, honestly")],
    ["GIF", () => picture(4, 4).gif().toBuffer()],
    ["TIFF", () => picture(4, 4).tiff().toBuffer()],
    ["AVIF", () => picture(16, 16).avif().toBuffer()],
    ["SVG", () => Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
  ])("refuses what is %s", async (name, make) => {
    const bytes = await make();
    expect(() => inspect(bytes)).toThrow(
      expect.objectContaining({ code: "unsupported_image", message: expect.stringContaining(name) }),
    );
  });

  it("refuses an animated WebP", async () => {
    const frames = await Promise.all([
      picture(8, 8).png().toBuffer(),
      noise.clone().resize(8, 8).png().toBuffer(),
    ]);
    const bytes = await sharp(frames, { join: { animated: true } })
      .webp()
      .toBuffer();
    expect(() => inspect(bytes)).toThrow(
      expect.objectContaining({ code: "unsupported_image", message: expect.stringContaining("animated") }),
    );
  });

  it("refuses a JPEG of endless scans", async () => {
    const bytes = await picture(8, 8).jpeg({ progressive: true }).toBuffer();
    const scan = bytes.lastIndexOf(Buffer.from([0xff, 0xda]));
    const last = bytes.subarray(scan, -2);
    const bomb = Buffer.concat([bytes.subarray(0, -2), ...Array(200).fill(last), bytes.subarray(-2)]);
    expect(() => inspect(bomb)).toThrow(expect.objectContaining({ code: "undecodable_image" }));
  });

  it("refuses a PNG of endless chunks", () => {
    const whole = blankPng(8, 8);
    const empty = whole.subarray(whole.length - 12).slice();
    empty.set(Buffer.from("IDAT"), 4);
    const bomb = Buffer.concat([whole.subarray(0, -12), ...Array(30_000).fill(empty), whole.subarray(-12)]);
    expect(() => inspect(bomb)).toThrow(expect.objectContaining({ code: "undecodable_image" }));
  });

  it("refuses a second frame header, which could hide a larger picture", async () => {
    const bytes = await picture(8, 8).jpeg().toBuffer();
    const start = bytes.indexOf(Buffer.from([0xff, 0xc0]));
    const frame = bytes.subarray(start, start + 2 + bytes.readUInt16BE(start + 2));
    const twice = Buffer.concat([bytes.subarray(0, start), frame, bytes.subarray(start)]);
    expect(() => inspect(twice)).toThrow(expect.objectContaining({ code: "undecodable_image" }));
  });
});
