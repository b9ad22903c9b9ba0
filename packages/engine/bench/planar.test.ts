import { expect, test } from "vitest";
import { noiseImage } from "../src/testing/models.ts";
import { interleave, planar } from "./planar.ts";

test("channels become planes", () => {
  const data = Float32Array.of(1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60);
  expect([...planar({ data, width: 3, height: 2, channels: 2 })]).toEqual([
    1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60,
  ]);
});

test("planes become channels again", () => {
  const image = noiseImage(5, 4);
  expect(interleave(planar(image), image)).toEqual(image);
});
