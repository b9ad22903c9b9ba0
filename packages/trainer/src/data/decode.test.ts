import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decode, halfOf, inspectImage, readImage, readRaster } from "./decode.ts";
import type { Picture } from "./picture.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "decode-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Left half red, right half blue; 40×20. */
function twoHalves(): Sharp {
  const data = Uint8Array.from({ length: 40 * 20 * 3 }, (_, index) => {
    const left = Math.floor(index / 3) % 40 < 20;
    return index % 3 === (left ? 0 : 2) ? 255 : 0;
  });
  return sharp(data, { raw: { width: 40, height: 20, channels: 3 } });
}

async function save(name: string, content: Uint8Array | Promise<Uint8Array>): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, await content);
  return file;
}

function pixel({ data, width }: Picture, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

function near(actual: number[], expected: number[], tolerance: number): void {
  for (const [channel, value] of actual.entries()) {
    expect(Math.abs(value - expected[channel]!), `${actual} against ${expected}`).toBeLessThanOrEqual(
      tolerance,
    );
  }
}

describe("readImage", () => {
  it.each(["png", "jpeg", "webp"] as const)("decodes %s to interleaved RGB", async (format) => {
    const picture = await readImage(await save(`plain.${format}`, twoHalves().toFormat(format).toBuffer()));
    expect([picture.width, picture.height, picture.data.length]).toEqual([40, 20, 2400]);
    near(pixel(picture, 5, 10), [255, 0, 0], 3);
    near(pixel(picture, 35, 10), [0, 0, 255], 3);
  });

  it("turns a picture as its EXIF orientation asks", async () => {
    const file = await save("rotated.jpg", twoHalves().withMetadata({ orientation: 6 }).jpeg().toBuffer());
    const picture = await readImage(file);
    expect([picture.width, picture.height]).toEqual([20, 40]);
    near(pixel(picture, 10, 5), [255, 0, 0], 3);
    near(pixel(picture, 10, 35), [0, 0, 255], 3);
    expect(await inspectImage(file)).toEqual({ width: 20, height: 40, bitsPerChannel: 8 });
  });

  it("lays alpha on white", async () => {
    const half = { r: 0, g: 0, b: 0, alpha: 0.5 };
    const picture = await readImage(
      await save(
        "alpha.png",
        sharp({ create: { width: 16, height: 16, channels: 4, background: half } })
          .png()
          .toBuffer(),
      ),
    );
    near(pixel(picture, 8, 8), [127, 127, 127], 2);
  });

  it("spreads greyscale over three channels", async () => {
    const grey = new Uint8Array(256).fill(90);
    const raw = { width: 16, height: 16, channels: 1 } as const;
    for (const [name, image] of [
      ["grey.png", sharp(grey, { raw }).toColourspace("b-w").png()],
      ["grey.jpg", sharp(grey, { raw }).toColourspace("b-w").jpeg()],
    ] as const) {
      const file = await save(name, image.toBuffer());
      expect((await sharp(file).metadata()).channels).toBe(1);
      near(pixel(await readImage(file), 3, 3), [90, 90, 90], 1);
    }
  });

  it("reduces 16 bit, in colour and in grey with alpha", async () => {
    const colour = Uint16Array.from({ length: 16 * 16 * 3 }, (_, index) => [65535, 32768, 0][index % 3]!);
    const rgb = sharp(colour, { raw: { width: 16, height: 16, channels: 3 } })
      .toColourspace("rgb16")
      .png();
    const file = await save("sixteen.png", rgb.toBuffer());
    expect((await sharp(file).metadata()).depth).toBe("ushort");
    near(pixel(await readImage(file), 8, 8), [255, 128, 0], 2);

    const greyAlpha = Uint16Array.from({ length: 16 * 16 * 2 }, (_, index) => [32768, 65535][index % 2]!);
    const grey = sharp(greyAlpha, { raw: { width: 16, height: 16, channels: 2 } })
      .toColourspace("grey16")
      .png();
    const greyFile = await save("sixteen-grey.png", grey.toBuffer());
    expect(await sharp(greyFile).metadata()).toMatchObject({ depth: "ushort", channels: 2 });
    near(pixel(await readImage(greyFile), 8, 8), [128, 128, 128], 2);
  });

  it("converts CMYK", async () => {
    const file = await save("cmyk.jpg", twoHalves().toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer());
    expect(await sharp(file).metadata()).toMatchObject({ space: "cmyk", channels: 4 });
    const picture = await readImage(file);
    expect(picture.data).toHaveLength(2400);
    const [red, green, blue] = pixel(picture, 5, 10) as [number, number, number];
    expect(red).toBeGreaterThan(150);
    expect(Math.max(green, blue)).toBeLessThan(110);
  });

  it("refuses a truncated JPEG, at any cut, by name", async () => {
    const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, index) => (index * 7919) % 251);
    const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    for (const share of [0.02, 0.3, 0.6, 0.9]) {
      const file = await save("truncated.jpg", whole.subarray(0, Math.floor(whole.length * share)));
      await expect(readImage(file)).rejects.toMatchObject({ code: "undecodable_image" });
      await expect(readImage(file)).rejects.toThrow(file);
    }
  });

  it("refuses text named .png, an empty file, and a file that is not there", async () => {
    await expect(readImage(await save("text.png", Buffer.from("hello")))).rejects.toMatchObject({
      code: "undecodable_image",
    });
    await expect(readImage(await save("empty.png", Buffer.alloc(0)))).rejects.toMatchObject({
      code: "undecodable_image",
    });
    await expect(readImage(join(directory, "absent.png"))).rejects.toMatchObject({ code: "file_missing" });
    await expect(readImage(directory)).rejects.toMatchObject({ code: "file_missing" });
    await expect(readImage("/dev/zero")).rejects.toMatchObject({ code: "file_missing" });
  });

  it("refuses other formats behind an accepted name", async () => {
    const gif = await save("gif.png", twoHalves().gif().toBuffer());
    await expect(readImage(gif)).rejects.toMatchObject({
      code: "unsupported_image",
      message: expect.stringContaining("GIF"),
    });
    const svg = await save(
      "svg.png",
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"/>'),
    );
    await expect(readImage(svg)).rejects.toMatchObject({ code: "unsupported_image" });
  });

  it("refuses 1×1 and 12,000×12,000 before decoding them", async () => {
    const background = "#808080";
    const dot = sharp({ create: { width: 1, height: 1, channels: 3, background } });
    const small = await save("dot.png", dot.png().toBuffer());
    await expect(readImage(small)).rejects.toMatchObject({
      code: "image_too_small",
      message: expect.stringContaining("1×1"),
    });
    const plane = sharp({ create: { width: 12_000, height: 12_000, channels: 3, background } });
    const large = await save("plane.png", plane.png({ compressionLevel: 1 }).toBuffer());
    await expect(readImage(large)).rejects.toMatchObject({
      code: "image_too_large",
      message: expect.stringContaining("12000×12000"),
    });
    const facts = { width: 12_000, height: 12_000, bitsPerChannel: 8 } as const;
    await expect(decode(large, facts)).rejects.toMatchObject({ name: "DataError" });
  });

  it("keeps to the limits it is given", async () => {
    const file = await save("limited.png", twoHalves().png().toBuffer());
    await expect(readImage(file, { limitPixels: 799 })).rejects.toMatchObject({ code: "image_too_large" });
    await expect(readImage(file, { smallestSidePixels: 21 })).rejects.toMatchObject({
      code: "image_too_small",
    });
    expect((await readImage(file, { limitPixels: 800, smallestSidePixels: 20 })).width).toBe(40);
  });
});

describe("readRaster", () => {
  it("keeps all 16 bits, in colour, in grey, and laid on white", async () => {
    const side = 16;
    const values = Uint16Array.from({ length: side * side * 3 }, (_, index) => (index * 4099) % 65536);
    const raw = { width: side, height: side } as const;
    const colour = sharp(values, { raw: { ...raw, channels: 3 } }).toColourspace("rgb16");
    const file = await save("all-bits.png", colour.png().toBuffer());
    expect((await inspectImage(file)).bitsPerChannel).toBe(16);
    expect((await readRaster(file)).data).toEqual(values);

    const one = values.subarray(0, side * side);
    const grey = sharp(one, { raw: { ...raw, channels: 1 } }).toColourspace("grey16");
    const greyFile = await save("all-bits-grey.png", grey.png().toBuffer());
    expect(await readRaster(greyFile, { channels: 1 })).toEqual({ ...raw, channels: 1, data: one });

    const glass = Uint16Array.from({ length: side * side * 4 }, (_, index) => (index % 4 === 3 ? 0 : 999));
    const clear = sharp(glass, { raw: { ...raw, channels: 4 } }).toColourspace("rgb16");
    const clearFile = await save("all-bits-clear.png", clear.png().toBuffer());
    // sharp's 16-bit white is 255 · 256.
    expect(Math.min(...(await readRaster(clearFile)).data)).toBeGreaterThanOrEqual(65280);
  });

  it("weighs colours to grey as ITU-R 601 does", async () => {
    const file = await save("weighed.png", twoHalves().png().toBuffer());
    const { data, channels } = await readRaster(file, { channels: 1 });
    expect([channels, data[5], data[35]]).toEqual([1, 76, 29]);
  });
});

describe("decode", () => {
  it("takes either half of a turned picture, the right one with the middle column", async () => {
    expect([halfOf(7, "left"), halfOf(7, "right")]).toEqual([
      { left: 0, width: 3 },
      { left: 3, width: 4 },
    ]);
    const upright = twoHalves().rotate(90);
    const file = await save("halves.png", upright.withMetadata({ orientation: 8 }).png().toBuffer());
    const facts = await inspectImage(file);
    expect([facts.width, facts.height]).toEqual([40, 20]);
    for (const [half, colour] of [
      ["left", [255, 0, 0]],
      ["right", [0, 0, 255]],
    ] as const) {
      const { width, height, data } = await decode(file, { ...facts, half });
      expect([width, height]).toEqual([20, 20]);
      for (const at of [0, 19, 399]) expect([...data.subarray(at * 3, at * 3 + 3)]).toEqual(colour);
    }
  });

  it("refuses a file that is no longer the one inspected", async () => {
    const file = await save("changed.png", twoHalves().png().toBuffer());
    const facts = { width: 41, height: 20, bitsPerChannel: 8 } as const;
    await expect(decode(file, facts)).rejects.toMatchObject({
      code: "image_changed",
      message: expect.stringContaining(file),
    });
  });
});
