import sharp from "sharp";
import { expect, it } from "vitest";
import { encodeImage } from "./encode.ts";

const picture = { width: 60, height: 30, data: new Uint8Array(60 * 30 * 3).fill(77) };

it.each(["png", "jpeg", "webp"] as const)("writes %s that decodes to the same picture", async (format) => {
  const bytes = await encodeImage(picture, { format });
  expect((await sharp(bytes).metadata()).format).toBe(format);
  const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  expect(Math.abs(data[500]! - 77)).toBeLessThanOrEqual(1);
});
