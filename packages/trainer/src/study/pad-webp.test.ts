import { createRandom } from "@unpaired/core";
import sharp from "sharp";
import { expect, it } from "vitest";
import { PADDING_OVERHEAD_BYTES, padWebp } from "./pad-webp.ts";

async function noise(width: number, height: number): Promise<Uint8Array> {
  const random = createRandom(width * height);
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(256));
  return sharp(data, { raw: { width, height, channels: 3 } })
    .webp({ quality: 90 })
    .toBuffer();
}

it.each([
  [16, 16],
  [300, 40],
])("a picture of %i×%i pixels stays what it is, and gets the length", async (width, height) => {
  const file = await noise(width, height);
  const length = 40_000;
  const padded = padWebp(file, { width, height, length });
  expect(padded.length).toBe(length);
  expect(new DataView(padded.buffer).getUint32(4, true)).toBe(length - 8);
  const { format, ...metadata } = await sharp(padded).metadata();
  expect([format, metadata.width, metadata.height]).toEqual(["webp", width, height]);
  expect([metadata.hasAlpha, metadata.exif, metadata.icc, metadata.xmp, metadata.pages]).toEqual([
    false,
    ...Array(4).fill(undefined),
  ]);
  const pixels = await Promise.all([file, padded].map((bytes) => sharp(bytes).raw().toBuffer()));
  expect(pixels[0]!.equals(pixels[1]!)).toBe(true);
});

it("takes the least it needs, and refuses less", async () => {
  const file = await noise(16, 16);
  const least = file.length + PADDING_OVERHEAD_BYTES;
  const size = { width: 16, height: 16 };
  expect(await sharp(padWebp(file, { ...size, length: least })).stats()).toBeTruthy();
  expect(() => padWebp(file, { ...size, length: least - 2 })).toThrow(/cannot be padded/);
  expect(() => padWebp(file, { ...size, length: least + 1 })).toThrow(/cannot be padded/);
  expect(() => padWebp(new Uint8Array(40), { ...size, length: 400 })).toThrow(/cannot be padded/);
});
