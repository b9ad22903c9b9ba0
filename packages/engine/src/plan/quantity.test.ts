import { expect, test } from "vitest";
import { formatBytes, formatCount, formatShare } from "./quantity.ts";

test.each([
  [0, ""],
  [1, "1"],
  [999, "999"],
  [1000, "1.00 k"],
  [12_345, "12.3 k"],
  [999_600, "1.00 M"],
  [955_318_272, "955 M"],
  [49_600_000_000, "49.6 G"],
])("%d multiply-adds read as %j", (count, text) => {
  expect(formatCount(count)).toBe(text);
});

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.00 KiB"],
  [2 ** 20 - 1, "1.00 MiB"],
  [96 * 2 ** 20, "96.0 MiB"],
])("%d bytes read as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("shares have one decimal", () => {
  expect([0, 0.12345, 1].map(formatShare)).toEqual(["0.0 %", "12.3 %", "100.0 %"]);
});
