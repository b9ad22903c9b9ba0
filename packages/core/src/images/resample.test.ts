import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { resample } from "./resample.ts";

function raster(width: number, height: number, pixel: (x: number, y: number) => readonly number[]) {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(pixel(x, y), (y * width + x) * 4);
  return { data, width, height };
}

describe("resample", () => {
  it("passes equal sizes through untouched", () => {
    const source = raster(13, 7, (x, y) => [x * 19, y * 36, (x * y * 7) % 256, 255]);
    expect([...resample(source, 13, 7)]).toEqual([...source.data]);
  });

  it.each([
    [64, 64, 16, 16],
    [16, 16, 64, 64],
    [100, 40, 33, 90],
    [1, 1, 8, 8],
    [5, 3, 1, 1],
  ])("keeps a flat colour flat from %i×%i to %i×%i", (width, height, toWidth, toHeight) => {
    const result = resample(
      raster(width, height, () => [200, 100, 7, 255]),
      toWidth,
      toHeight,
    );
    for (let index = 0; index < result.length; index += 4) {
      expect(result[index]).toBeCloseTo(200, 3);
      expect(result[index + 1]).toBeCloseTo(100, 3);
      expect(result[index + 2]).toBeCloseTo(7, 3);
      expect(result[index + 3]).toBeCloseTo(255, 3);
    }
  });

  it("averages what it shrinks instead of skipping it", () => {
    const checkers = raster(64, 64, (x, y) => ((x + y) % 2 === 0 ? [255, 255, 255, 255] : [0, 0, 0, 255]));
    const result = resample(checkers, 8, 8);
    for (let index = 0; index < result.length; index += 4) {
      expect(result[index]).toBeGreaterThan(120);
      expect(result[index]).toBeLessThan(135);
    }
  });

  it("agrees with libvips' antialiased linear kernel", async () => {
    const source = raster(90, 60, (x, y) => [
      128 + 100 * Math.sin(x / 7),
      128 + 100 * Math.cos(y / 5),
      (x + y) % 256,
      255,
    ]);
    const expected = await sharp(source.data, { raw: { width: 90, height: 60, channels: 4 } })
      .resize(30, 20, { kernel: "linear", fit: "fill", fastShrinkOnLoad: false })
      .raw()
      .toBuffer();
    const result = resample(source, 30, 20);
    const worst = result.reduce(
      (worst, value, index) => Math.max(worst, Math.abs(value - expected[index]!)),
      0,
    );
    expect(worst).toBeLessThan(3);
  });

  it("lays translucent colours over white and keeps the opacity", () => {
    const [red, green, blue, alpha] = resample(
      raster(1, 1, () => [255, 0, 0, 128]),
      1,
      1,
    );
    expect([red, alpha]).toEqual([255, 128]);
    expect(green).toBeCloseTo(127, 3);
    expect(blue).toBeCloseTo(127, 3);
  });

  it("does not let the colour of transparent pixels bleed", () => {
    const result = resample(
      raster(8, 8, (x) => (x < 4 ? [0, 0, 0, 0] : [255, 255, 255, 255])),
      4,
      4,
    );
    for (let index = 0; index < result.length; index += 4) expect(result[index]).toBeCloseTo(255, 3);
  });
});
