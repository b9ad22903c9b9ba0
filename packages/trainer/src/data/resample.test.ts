import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Raster } from "./raster.ts";
import { resample } from "./resample.ts";

function grey(width: number, height: number, values: readonly number[]): Raster {
  return { width, height, channels: 1, data: Uint8Array.from(values) };
}

describe("resample", () => {
  const row = [0, 255, 10, 200, 90, 91, 33];

  it("equals Pillow's resize(…, BICUBIC), enlarging and shrinking, along either side", () => {
    // Image.frombytes("L", (7, 1), bytes(row)).resize((10, 1), Image.BICUBIC), and to (3, 1)
    const enlarged = [0, 152, 219, 13, 138, 179, 88, 92, 64, 29];
    const shrunk = [111, 126, 71];
    expect([...resample(grey(7, 1, row), 10, 1).data]).toEqual(enlarged);
    expect([...resample(grey(7, 1, row), 3, 1).data]).toEqual(shrunk);
    expect([...resample(grey(1, 7, row), 1, 10).data]).toEqual(enlarged);
    expect([...resample(grey(1, 7, row), 1, 3).data]).toEqual(shrunk);
  });

  it("treats the channels of RGB as three grey pictures", () => {
    const values = Array.from({ length: 9 * 5 * 3 }, (_, index) => (index * 7919) % 256);
    const resized = resample({ width: 9, height: 5, channels: 3, data: Uint8Array.from(values) }, 13, 4);
    for (const channel of [0, 1, 2]) {
      const plane = grey(
        9,
        5,
        values.filter((_, index) => index % 3 === channel),
      );
      const own = resized.data.filter((_, index) => index % 3 === channel);
      expect(own).toEqual(resample(plane, 13, 4).data);
    }
  });

  it("keeps the precision of 16 bits", () => {
    const coarse = resample(grey(7, 1, row), 10, 1);
    const fine = resample(
      { width: 7, height: 1, channels: 1, data: Uint16Array.from(row, (value) => value * 257) },
      10,
      1,
    );
    expect(fine.data).toBeInstanceOf(Uint16Array);
    for (const [index, value] of fine.data.entries()) {
      expect(Math.abs(value / 257 - coarse.data[index]!)).toBeLessThanOrEqual(0.5);
    }
    expect([...fine.data].some((value) => value % 257 !== 0)).toBe(true);
  });

  it("keeps flat pictures flat at any size, and extreme shapes small in memory", () => {
    const sides = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(sides, sides, sides, sides, fc.nat(255), (width, height, toWidth, toHeight, value) => {
        const flat = grey(width, height, new Array(width * height).fill(value));
        const resized = resample(flat, toWidth, toHeight);
        expect(resized).toMatchObject({ width: toWidth, height: toHeight });
        expect(new Set(resized.data)).toEqual(new Set([value]));
      }),
    );
    const tower = { width: 8, height: 1_000_000, channels: 1, data: new Uint8Array(8_000_000) } as const;
    expect(resample(tower, 16, 16).data).toHaveLength(256);
  });
});
