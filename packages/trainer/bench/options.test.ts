import { expect, it } from "vitest";
import { readOptions } from "./options.ts";

it("races in every setting by default, and in those that are named", () => {
  expect(readOptions([])).toMatchObject({ rounds: 5, settings: ["toy", "tiny", "small", "paper"] });
  expect(readOptions(["--settings", "toy", "--rounds", "1", "--threads", "2"])).toEqual({
    rounds: 1,
    settings: ["toy"],
    threads: 2,
  });
});

it.each([
  [["--settings", "huge"], /--settings names "huge"; there are toy, tiny, small, paper/],
  [["--rounds", "0"], /--rounds is "0"/],
  [["--threads", "two"], /--threads is "two"/],
  [["--round", "2"], /--round/],
])("refuses %j in a sentence", (words, message) => {
  expect(() => readOptions(words)).toThrow(message);
});
