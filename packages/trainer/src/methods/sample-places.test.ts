import { createRandom } from "@unpaired/core";
import { expect, test } from "vitest";
import { samplePlaces } from "./sample-places.ts";

test("places are distinct, in range, and all of them when all are asked for", () => {
  const random = createRandom(1);
  for (const [count, total] of [
    [5, 9],
    [256, 65536],
    [64, 64],
  ] as const) {
    const places = samplePlaces(count, total, random);
    expect(new Set(places).size).toBe(count);
    expect(places.every((place) => place >= 0 && place < total)).toBe(true);
  }
});

test("every place is drawn about as often as any other", () => {
  const random = createRandom(2);
  const counts = new Array<number>(10).fill(0);
  for (let turn = 0; turn < 3000; turn++) for (const place of samplePlaces(3, 10, random)) counts[place]!++;
  expect(Math.min(...counts)).toBeGreaterThan(800);
  expect(Math.max(...counts)).toBeLessThan(1000);
});
