import fc from "fast-check";
import { expect, test } from "vitest";
import { placeBuffers } from "./place-buffers.ts";

const lifetimes = fc.array(
  fc.record({ bytes: fc.integer({ min: 1, max: 5000 }), first: fc.nat(20), length: fc.nat(10) }),
  { maxLength: 40 },
);

test("buffers that live at the same time never overlap", () => {
  fc.assert(
    fc.property(lifetimes, (drawn) => {
      const buffers = drawn.map(({ bytes, first, length }) => ({ bytes, first, last: first + length }));
      const { offsets, bytes } = placeBuffers(buffers);
      for (const [i, a] of buffers.entries()) {
        expect(offsets[i]! % 64).toBe(0);
        expect(offsets[i]! + a.bytes).toBeLessThanOrEqual(bytes);
        for (const [j, b] of buffers.entries()) {
          const together = i !== j && a.first <= b.last && b.first <= a.last;
          const overlap = offsets[i]! < offsets[j]! + b.bytes && offsets[j]! < offsets[i]! + a.bytes;
          expect(together && overlap).toBe(false);
        }
      }
    }),
  );
});

test("buffers of a chain share two places", () => {
  const chain = Array.from({ length: 10 }, (_, step) => ({ bytes: 640, first: step, last: step + 1 }));
  expect(placeBuffers(chain).bytes).toBe(1280);
});

test("a gap is filled by what fits", () => {
  const { offsets, bytes } = placeBuffers([
    { bytes: 128, first: 0, last: 0 },
    { bytes: 192, first: 0, last: 3 },
    { bytes: 64, first: 1, last: 3 },
    { bytes: 64, first: 2, last: 3 },
  ]);
  expect(bytes).toBe(320);
  expect(offsets).toEqual([192, 0, 192, 256]);
});
