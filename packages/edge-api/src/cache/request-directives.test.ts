import { expect, it } from "vitest";
import { cacheUse } from "./request-directives.ts";

it.each([
  [null, true, true],
  ["", true, true],
  ["max-age=3600", true, true],
  ["no-cache", false, true],
  ["No-Cache", false, true],
  ["max-age=0", false, true],
  ["max-age = 00", false, true],
  ["no-store", false, false],
  ["max-age=60, no-store", false, false],
  ["NO-STORE,no-cache", false, false],
  ["x-no-store, only-if-cached", true, true],
])("reads %j", (header, mayRead, mayWrite) => {
  expect(cacheUse(header)).toEqual({ mayRead, mayWrite });
});
