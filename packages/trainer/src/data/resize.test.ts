import { expect, it } from "vitest";
import { resize } from "./resize.ts";

const picture = { width: 60, height: 30, data: new Uint8Array(60 * 30 * 3).fill(77) };

it("gives the sides asked for and keeps flat colours flat", async () => {
  const resized = await resize(picture, 10, 20);
  expect(resized).toMatchObject({ width: 10, height: 20 });
  expect(new Set(resized.data)).toEqual(new Set([77]));
});

it("hands a picture that fits back as it is", async () => {
  expect(await resize(picture, 60, 30)).toBe(picture);
});
