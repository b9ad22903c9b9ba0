import { expect, test } from "vitest";
import { sniffContentType } from "./content-type.ts";
import { images } from "./testing/images.ts";

test.each(Object.entries(images))("a %s is known by its first bytes", (format, bytes) => {
  expect(sniffContentType(bytes)).toBe(`image/${format}`);
});

test.each<[string, Uint8Array]>([
  ["nothing", new Uint8Array(0)],
  ["text", new TextEncoder().encode("Hello, World")],
  ["a cut-off PNG signature", images.png.subarray(0, 7)],
  ["a cut-off WebP header", images.webp.subarray(0, 11)],
  ["a WAV file", new TextEncoder().encode("RIFF\0\0\0\0WAVEfmt ")],
])("%s is no image", (_, bytes) => {
  expect(sniffContentType(bytes)).toBeUndefined();
});
