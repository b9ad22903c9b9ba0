import { expect, test } from "vitest";
import { parseChannelConfiguration } from "./channel-configuration.ts";

test("eight entries give each three blocks a width of their own", () => {
  expect(parseChannelConfiguration("16_16_32_16_32_48_24_8", { blocks: 9 })).toEqual({
    stem: 16,
    down1: 32,
    down2: 128,
    blocks: [64, 64, 64, 128, 128, 128, 192, 192, 192],
    up1: 48,
    up2: 8,
  });
});

test("six entries give all blocks one", () => {
  expect(parseChannelConfiguration("16_16_32_20_24_8", { blocks: 2 })).toEqual({
    stem: 16,
    down1: 32,
    down2: 128,
    blocks: [80, 80],
    up1: 48,
    up2: 8,
  });
});

test("the first release narrowed the first of each three blocks", () => {
  const { blocks } = parseChannelConfiguration("16_16_32_16_24_48_24_8", { blocks: 9, legacy: true });
  expect(blocks).toEqual([64, 128, 128, 96, 128, 128, 192, 128, 128]);
});
