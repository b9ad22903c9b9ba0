import { describe, expect, it } from "vitest";
import { readOptions } from "./options.ts";

describe("readOptions", () => {
  it("measures all three models in both runtimes at 256 pixels by default", () => {
    expect(readOptions([])).toEqual({
      models: ["mobile16", "resnet16", "resnet64"],
      modelFolder: undefined,
      runtimes: ["node", "workerd"],
      rounds: undefined,
      sizePixels: 256,
    });
  });

  it("takes a choice of models, runtimes, rounds and size", () => {
    const words = ["--models", "resnet64,mobile16", "--runtimes=node", "--rounds", "2", "--size", "64"];
    expect(readOptions(words)).toMatchObject({
      models: ["resnet64", "mobile16"],
      runtimes: ["node"],
      rounds: 2,
      sizePixels: 64,
    });
  });

  it.each([
    [["--models", "resnet65"], /--models names "resnet65"/],
    [["--runtimes", "deno"], /--runtimes names "deno"; there are node, workerd/],
    [["--rounds", "0"], /--rounds is "0"; it must be a whole number from 1 to 1000/],
    [["--rounds", "many"], /--rounds is "many"/],
    [["--size", "62"], /--size is 62; it must be a multiple of 4/],
    [["--sise", "64"], /--sise/],
  ])("refuses %j in a sentence", (words, message) => {
    expect(() => readOptions(words)).toThrow(message);
  });
});
