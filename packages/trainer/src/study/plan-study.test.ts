import { createRandom } from "@unpaired/core";
import { describe, expect, it } from "vitest";
import { pairPictures } from "./pair-pictures.ts";
import { planStudy } from "./plan-study.ts";

const files = (folder: string, count: number, from = 0, suffix = "") =>
  Array.from({ length: count }, (_, index) => `${folder}/${from + index}${suffix}.png`);
const pair = (reals: string[], fakes: Record<string, string[]>, seed = 1) =>
  pairPictures(reals, new Map(Object.entries(fakes)), createRandom(seed));

describe("pairing", () => {
  it("goes by name where there is one, whatever the extension and what tools put behind it", () => {
    const { scenes, methods } = pair(["real/a.jpg", "real/b.jpg", "real/c_real_B.jpg"], {
      one: ["one/c.png", "one/a_fake_B.png"],
      two: ["two/b_fake.webp"],
    });
    expect(scenes.map(({ fakes }) => [...fakes])).toEqual([
      [["one", "one/a_fake_B.png"]],
      [["two", "two/b_fake.webp"]],
      [["one", "one/c.png"]],
    ]);
    expect(methods).toEqual([
      { name: "one", byName: 2, atRandom: 0, leftOut: 0 },
      { name: "two", byName: 1, atRandom: 0, leftOut: 0 },
    ]);
  });

  it("is random elsewhere, uses no file twice, and leaves out what finds no place", () => {
    const fakes = { one: ["one/0.png", ...files("one", 6, 100)] };
    const { scenes, methods } = pair(files("real", 5), fakes);
    expect(methods).toEqual([{ name: "one", byName: 1, atRandom: 4, leftOut: 2 }]);
    expect(scenes[0]!.fakes.get("one")).toBe("one/0.png");
    const used = scenes.map((scene) => scene.fakes.get("one"));
    expect(new Set(used).size).toBe(5);
    expect(pair(files("real", 5), fakes, 2).scenes).not.toEqual(scenes);
    expect(pair(files("real", 5), fakes, 1).scenes).toEqual(scenes);
  });
});

describe("a plan", () => {
  it.each([1, 2, 3, 7, 12, 20])("of 50 pictures and %i methods practises with 10 of them", (count) => {
    const methods = Array.from({ length: count }, (_, index) => `m${index}`);
    const fakes = Object.fromEntries(methods.map((name) => [name, files(name, 50)]));
    const { scenes } = pair(files("real", 50), fakes);
    const plan = planStudy(scenes, methods, createRandom(3));
    expect([plan.practice.length, plan.scenes.length]).toEqual([10, 40]);
    const reals = [...plan.practice, ...plan.scenes].map(({ real }) => real);
    expect(new Set(reals).size).toBe(50);
    const often = methods.map((name) => plan.practice.filter(({ method }) => method === name).length);
    expect(Math.max(...often) - Math.min(...often)).toBeLessThanOrEqual(1);
  });

  it("of two methods is made of 25 fakes each", () => {
    const { scenes } = pair(files("real", 50), { one: files("one", 25), two: files("two", 25, 25) });
    expect(planStudy(scenes, ["one", "two"], createRandom(1)).practice).toHaveLength(10);
  });

  it("that cannot be says what is missing", () => {
    const plan = (reals: number, fakes: Record<string, string[]>) => {
      const { scenes } = pair(files("real", reals), fakes);
      return () => planStudy(scenes, Object.keys(fakes), createRandom(1));
    };
    expect(plan(49, { one: files("one", 60) })).toThrow(
      /missing are 1 more real pictures that have a fake beside them and 1 more fakes of one\.$/,
    );
    expect(plan(80, { one: files("one", 60), two: files("two", 20) })).toThrow(
      /missing are 5 more fakes of two\.$/,
    );
    // Fifty pictures, but forty of them have fakes of one method alone.
    expect(plan(50, { one: files("one", 30), two: files("two", 50), three: files("three", 16) })).toThrow(
      /missing are 1 more fakes of three\.$/,
    );
    const uneven = { one: files("one", 25), two: files("two", 25), three: [...files("three", 25)] };
    expect(plan(50, uneven)).toThrow(/missing are 25 more real pictures/);
  });
});
