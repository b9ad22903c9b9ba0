import { createRandom } from "@unpaired/core";
import { expect, it } from "vitest";
import { kuwahara } from "./kuwahara.ts";

const size = { width: 16, height: 12 };

/** Left half dark red, right half light blue, with noise. */
function halves(noise: number): Uint8Array {
  const { uniform } = createRandom(1);
  return Uint8Array.from({ length: size.width * size.height * 3 }, (_, index) => {
    const x = Math.floor(index / 3) % size.width;
    const base = x < size.width / 2 ? [120, 20, 20] : [60, 160, 230];
    return base[index % 3]! + noise * (uniform() - 0.5);
  });
}

it("smooths what is rough and keeps an edge where it is", () => {
  const clean = halves(0);
  expect(kuwahara(clean, { ...size, radius: 3 })).toEqual(clean);
  const rough = halves(40);
  const smooth = kuwahara(rough, { ...size, radius: 3 });
  const distance = (from: Uint8Array) =>
    from.reduce((sum, value, index) => sum + Math.abs(value - clean[index]!), 0) / from.length;
  expect(distance(smooth)).toBeLessThan(distance(rough) / 2);
});

it("takes the mean of the steadiest square, by hand", () => {
  // One row of greys: at x = 2 the square to the left holds 10, 10, 40 and the one to the right 40, 50, 60.
  const greys = [10, 10, 40, 50, 60];
  const pixels = Uint8Array.from(greys.flatMap((grey) => [grey, grey, grey]));
  const result = kuwahara(pixels, { width: 5, height: 1, radius: 2 });
  expect(result[2 * 3]).toBe(50);
});
