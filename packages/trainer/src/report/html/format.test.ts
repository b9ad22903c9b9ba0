import { expect, test } from "vitest";
import { formatBytes, formatCount, formatFigure } from "./format.ts";
import { inWords } from "./words.ts";

test.each([
  [0, "0.000"],
  [0.41234, "0.412"],
  [1.234, "1.23"],
  [12.345, "12.3"],
  [-123.45, "−123"],
  [12345.6, "12,346"],
  [2e-4, "2e−4"],
  [1.5e-7, "1.5e−7"],
  [3e9, "3.00e+9"],
  [Number.NaN, "not a number"],
  [Number.POSITIVE_INFINITY, "∞"],
])("the figure %d reads %s", (value, text) => {
  expect(formatFigure(value)).toBe(text);
});

test("counts and bytes read as people write them", () => {
  expect([0, 999, 1000, 1234567].map(formatCount)).toEqual(["0", "999", "1,000", "1,234,567"]);
  expect([5e8, 3 * 2 ** 30].map(formatBytes)).toEqual(["477 MiB", "3.0 GiB"]);
});

test.each([
  ["constantEpochs", "Constant epochs"],
  ["cycleWeightA", "Cycle weight A"],
  ["ganMode", "GAN mode"],
  ["l1", "L1"],
  ["", ""],
])("the name %s reads %s", (name, words) => {
  expect(inWords(name)).toBe(words);
});
