import { expect, test } from "vitest";
import { RecentlyUsed } from "./recently-used.ts";

test("keeps the keys used last", () => {
  const made: string[] = [];
  const kept = new RecentlyUsed<string, string>(2);
  const get = (key: string) =>
    kept.getOrMake(key, () => {
      made.push(key);
      return key.toUpperCase();
    });
  expect([get("a"), get("b"), get("a"), get("c"), get("a"), get("b")]).toEqual([
    "A",
    "B",
    "A",
    "C",
    "A",
    "B",
  ]);
  expect(made).toEqual(["a", "b", "c", "b"]);
});

test("forgets everything at once", () => {
  const kept = new RecentlyUsed<string, number>(2);
  kept.getOrMake("a", () => 1);
  kept.clear();
  expect(kept.getOrMake("a", () => 2)).toBe(2);
});
