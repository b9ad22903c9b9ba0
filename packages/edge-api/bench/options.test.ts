import { expect, it } from "vitest";
import { readOptions } from "./options.ts";

it("has defaults that take a few minutes, and no soak", () => {
  expect(readOptions([])).toEqual({ rounds: 40, minutes: 0, coldStarts: 5 });
  expect(readOptions(["--minutes", "0.5", "--rounds", "7"])).toMatchObject({ minutes: 0.5, rounds: 7 });
});

it.each([
  [["--rounds", "4"], "--rounds"],
  [["--rounds", "7.5"], "--rounds"],
  [["--minutes", ""], "--minutes"],
  [["--minutes", "ten"], "--minutes"],
  [["--cold-starts", "0"], "--cold-starts"],
  [["--what"], "--what"],
])("refuses %j by name", (words, name) => {
  expect(() => readOptions(words)).toThrow(name);
});
