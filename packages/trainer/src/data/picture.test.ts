import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cropInto, fromModelRange, toModelRange } from "./picture.ts";

describe("model range", () => {
  it("goes there and back without a change", () => {
    const data = Uint8Array.from({ length: 768 }, (_, index) => index % 256);
    const values = toModelRange({ width: 16, height: 16, data });
    expect([values[0], values[255]]).toEqual([-1, 1]);
    expect(fromModelRange(values, { width: 16, height: 16 }).data).toEqual(data);
  });

  it("clamps what lies outside", () => {
    const picture = fromModelRange(Float32Array.from([-3, 2, Number.NaN]), { width: 1, height: 1 });
    expect([...picture.data]).toEqual([0, 255, 0]);
  });
});

it("spreads one channel over three", () => {
  const picture = fromModelRange(Float32Array.from([-1, 1]), { width: 2, height: 1, channels: 1 });
  expect([...picture.data]).toEqual([0, 0, 0, 255, 255, 255]);
});

describe("cropInto", () => {
  it("keeps 16 bits and one channel", () => {
    const data = Uint16Array.from([0, 65535, 32768, 1]);
    const target = new Float32Array(2);
    const crop = { left: 0, top: 1, width: 2, height: 1, flip: true };
    cropInto(target, 0, { width: 2, height: 2, channels: 1, data }, crop);
    expect([...target]).toEqual([1 / 32767.5 - 1, 32768 / 32767.5 - 1].map(Math.fround));
  });

  it("takes every pixel from where the crop and the mirror say", () => {
    const width = 9;
    const height = 7;
    const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => index);
    fc.assert(
      fc.property(fc.nat(4), fc.nat(3), fc.boolean(), (left, top, flip) => {
        const target = new Float32Array(2 + 5 * 4 * 3);
        cropInto(target, 2, { width, height, channels: 3, data }, { left, top, width: 5, height: 4, flip });
        for (let row = 0; row < 4; row++) {
          for (let column = 0; column < 5; column++) {
            const source = left + (flip ? 4 - column : column);
            const expected = data[((top + row) * width + source) * 3 + 1]! / 127.5 - 1;
            expect(target[2 + (row * 5 + column) * 3 + 1]).toBeCloseTo(expected, 6);
          }
        }
      }),
    );
  });
});
