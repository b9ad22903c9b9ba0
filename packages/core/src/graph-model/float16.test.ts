import fc from "fast-check";
import { expect, test } from "vitest";
import { toFloat16Bits } from "./float16.ts";

/** Value of a finite half, by definition (IEEE 754, binary16). */
function fromBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

test("every finite half comes back as itself", () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    if ((bits & 0x7c00) === 0x7c00) continue;
    expect(toFloat16Bits(fromBits(bits))).toBe(bits);
  }
});

test("any float becomes a nearest half", () => {
  const floats = fc.float({ min: -65504, max: 65504, noNaN: true });
  fc.assert(
    fc.property(floats, (value) => {
      const bits = toFloat16Bits(value);
      const error = Math.abs(fromBits(bits) - value);
      for (const neighbour of [bits - 1, bits + 1]) {
        if (neighbour < 0 || (neighbour & 0x7c00) === 0x7c00) continue;
        expect(error).toBeLessThanOrEqual(Math.abs(fromBits(neighbour & 0xffff) - value));
      }
    }),
    { seed: 1 },
  );
});
