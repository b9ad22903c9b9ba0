import { expect, test } from "vitest";
import { groupLosses, lossHint } from "./loss-groups.ts";

const shape = (names: string[]) =>
  groupLosses(names).map(({ stem, terms }) => [stem, terms.map(({ domain }) => domain ?? "-").join("")]);

test("a CycleGAN's losses are grouped by what they measure, A before B", () => {
  const logged = [
    "adversarialB",
    "cycleA",
    "identityA",
    "adversarialA",
    "cycleB",
    "identityB",
    "discriminatorB",
    "discriminatorA",
  ];
  expect(shape(logged)).toEqual([
    ["adversarial", "AB"],
    ["cycle", "AB"],
    ["identity", "AB"],
    ["discriminator", "AB"],
  ]);
});

test("a pix2pix's losses each stand alone, in the same order", () => {
  expect(shape(["discriminatorB", "l1B", "adversarialB"])).toEqual([
    ["adversarial", "B"],
    ["l1", "B"],
    ["discriminator", "B"],
  ]);
});

test("names nobody knows follow as they come, whole where no domain ends them", () => {
  expect(shape(["perceptual", "A", "styleB", "GAN", "__proto__", "cycleA", ""])).toEqual([
    ["cycle", "A"],
    ["perceptual", "-"],
    ["A", "-"],
    ["style", "B"],
    ["GAN", "-"],
    ["__proto__", "-"],
    ["", "-"],
  ]);
  expect(lossHint("toString")).toBeUndefined();
});
