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

test("bytes that went away are missed, not read as zeros", () => {
  const released = new Shards([new Uint8Array(3)]);
  released.release();
  expect(() => released.read(1, 2)).toThrow(/2 bytes of the weight files went away/);
  const bytes = new Uint8Array(3);
  const transferred = new Shards([bytes]);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  expect(() => transferred.read(0, 3)).toThrow(expect.objectContaining({ code: "invalid_model" }));
});

test("knows how many bytes there are", () => {
  expect(new Shards([new Uint8Array(3), new Uint8Array(4)]).byteLength).toBe(7);
});
