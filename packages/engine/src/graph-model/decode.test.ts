import { describe, expect, test } from "vitest";
import { decodeFloats, fromFloat16 } from "./decode.ts";

describe("fromFloat16", () => {
  test.each([
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x3555, 0.333251953125],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])("reads %i", (bits, value) => {
    expect(fromFloat16(bits)).toBe(value);
  });
});

describe("decodeFloats", () => {
  test("integers are levels of an affine scale", () => {
    const values = decodeFloats(Uint8Array.of(0, 1, 255), { form: "uint8", scale: 0.5, min: -10 });
    expect([...values]).toEqual([-10, -9.5, 117.5]);
  });

  test("uint16 is little endian", () => {
    const values = decodeFloats(Uint8Array.of(1, 0, 0, 1), { form: "uint16", scale: 1, min: 0 });
    expect([...values]).toEqual([1, 256]);
  });

  test("float16 and float32 keep their values", () => {
    expect([...decodeFloats(Uint8Array.of(0x00, 0x3c), { form: "float16" })]).toEqual([1]);
    expect([...decodeFloats(Uint8Array.of(0, 0, 0x80, 0x3f), { form: "float32" })]).toEqual([1]);
  });
});
