import fc from "fast-check";
import { expect, test } from "vitest";
import { Shards } from "./shards.ts";

test("reading across shards is reading the bytes they were cut from", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 9 }), { minLength: 1, maxLength: 6 }),
      fc.nat(),
      fc.nat(),
      (parts, a, b) => {
        const whole = parts.flatMap((part) => [...part]);
        const offset = a % (whole.length + 1);
        const length = b % (whole.length - offset + 1);
        expect([...new Shards(parts).read(offset, length)]).toEqual(whole.slice(offset, offset + length));
      },
    ),
  );
});

test("knows how many bytes there are", () => {
  expect(new Shards([new Uint8Array(3), new Uint8Array(4)]).byteLength).toBe(7);
});
