import { expect, test } from "vitest";
import { parseServerTiming } from "./server-timing.ts";

test.each<[string | null, Record<string, number>]>([
  [null, {}],
  ["", {}],
  ["decode;dur=3.5", { decode: 3.5 }],
  ["decode;dur=3.5, model;dur=42,encode;dur=0", { decode: 3.5, model: 42, encode: 0 }],
  ["cache;desc=HIT", {}],
  ['model;desc="a, b;dur=9; \\" c";dur=1', { model: 1 }],
  ["model ; DUR = 5", { model: 5 }],
  ["model;dur=fast, ;dur=1, model;duration=3", {}],
  ['a;dur=1, b;desc="never closed', { a: 1 }],
  [`${'"'.repeat(50_000)}`, {}],
])("%j gives %j", (header, expected) => {
  expect(parseServerTiming(header)).toEqual(expected);
});

test("a hostile name stays a name", () => {
  const timings = parseServerTiming("__proto__;dur=1");
  expect(Object.keys(timings)).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf(timings)).toBe(Object.prototype);
});
