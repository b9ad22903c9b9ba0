import { expect, test } from "vitest";
import { parseImageSize } from "./image-size.ts";

test.each([
  ["256", 256, 256],
  ["320x240", 320, 240],
  ["320X240", 320, 240],
  ["320×240", 320, 240],
  ["32767", 32_767, 32_767],
])("%s", (text, width, height) => {
  expect(parseImageSize(text)).toEqual({ width, height });
});

test.each(["", "0", "-1", "1.5", "32768", "99999", "256x", "x256", "256x0", "0x10", "1e3", "256 x 256"])(
  "%j is no size",
  (text) => {
    expect(() => parseImageSize(text)).toThrow("Give one side");
  },
);
