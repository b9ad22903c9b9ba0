import { expect, test } from "vitest";
import { printable } from "./errors.ts";

const nested = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
const circular: Record<string, unknown> = {};
circular.self = circular;

test.each([
  ["text", "text"],
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "Infinity"],
  [2 ** 31, "2147483648"],
  [undefined, "undefined"],
  [null, "null"],
  [12n, "12"],
  [Symbol("s"), "Symbol(s)"],
  [{ s: [1] }, '{"s":[1]}'],
  [nested, "a deeply nested list"],
  [{ nested }, "a deeply nested object"],
  [circular, "a deeply nested object"],
  ["x".repeat(1e6), `${"x".repeat(77)}…`],
  ["a\u001b[31m\u202e\u2028b", "a�[31m��b"],
])("%# is written harmlessly", (value, expected) => {
  expect(printable(value)).toBe(expected);
});
