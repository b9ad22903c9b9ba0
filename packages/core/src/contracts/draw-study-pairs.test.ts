import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../random.ts";
import { drawStudyPairs } from "./draw-study-pairs.ts";

const scenesOf = (...methods: readonly (readonly string[])[]) =>
  methods.map((names) => ({ fakes: Object.fromEntries(names.map((name) => [name, "0".repeat(32)])) }));

describe("the pairs of a session", () => {
  it("hold no scene twice and every method as often as any other, or once more", () => {
    const methods = ["a", "b", "c"];
    const scenes = scenesOf(...Array<string[]>(40).fill(methods));
    const often = new Map<string, number>();
    for (let seed = 0; seed < 60; seed++) {
      const pairs = drawStudyPairs(scenes, { methods, count: 40, random: createRandom(seed) })!;
      expect(new Set(pairs.map(({ scene }) => scene)).size).toBe(40);
      const counts = methods.map((name) => pairs.filter(({ method }) => method === name).length);
      expect(counts.toSorted((one, other) => one - other)).toEqual([13, 13, 14]);
      often.set(methods[counts.indexOf(14)]!, (often.get(methods[counts.indexOf(14)]!) ?? 0) + 1);
    }
    expect([...often.keys()].sort()).toEqual(methods);
  });

  it("are drawn of all there are, each as likely", () => {
    const scenes = scenesOf(...Array<string[]>(60).fill(["a", "b"]));
    const seen = new Array<number>(60).fill(0);
    let withA = 0;
    for (let seed = 0; seed < 400; seed++) {
      const pairs = drawStudyPairs(scenes, { methods: ["a", "b"], count: 40, random: createRandom(seed) })!;
      for (const { scene } of pairs) seen[scene]!++;
      if (pairs.some(({ scene, method }) => scene === 0 && method === "a")) withA++;
    }
    // 267 expected each, deviation 9.4; 133 and 9.4.
    expect(Math.min(...seen)).toBeGreaterThan(225);
    expect(Math.max(...seen)).toBeLessThan(309);
    expect(Math.abs(withA - 133)).toBeLessThan(40);
  });

  it("are found where a careless choice would miss them", () => {
    // "a" can have any scene, "b" the last two alone.
    const scenes = scenesOf(["a"], ["a"], ["a", "b"], ["a", "b"]);
    for (let seed = 0; seed < 20; seed++) {
      const pairs = drawStudyPairs(scenes, { methods: ["a", "b"], count: 4, random: createRandom(seed) })!;
      expect(
        pairs
          .filter(({ method }) => method === "b")
          .map(({ scene }) => scene)
          .sort(),
      ).toEqual([2, 3]);
    }
    // The third pair can only be of "a", whichever comes first.
    const lopsided = scenesOf(["a"], ["a"], ["b"]);
    for (let seed = 0; seed < 10; seed++) {
      const draw = { methods: ["b", "a"], count: 3, random: createRandom(seed) };
      expect(drawStudyPairs(lopsided, draw)).toHaveLength(3);
    }
  });

  it("are found exactly when a search through all choices finds some", () => {
    const scene = fc.uniqueArray(fc.constantFrom("a", "b"));
    fc.assert(
      fc.property(fc.array(scene, { minLength: 1, maxLength: 6 }), fc.nat(1000), (names, seed) => {
        const scenes = scenesOf(...names);
        const found = drawStudyPairs(scenes, { methods: ["a", "b"], count: 3, random: createRandom(seed) });
        const canHave = (needA: number, needB: number, from = 0): boolean => {
          if (needA === 0 && needB === 0) return true;
          if (from === names.length) return false;
          const here = names[from]!;
          return (
            canHave(needA, needB, from + 1) ||
            (needA > 0 && here.includes("a") && canHave(needA - 1, needB, from + 1)) ||
            (needB > 0 && here.includes("b") && canHave(needA, needB - 1, from + 1))
          );
        };
        expect(found !== undefined).toBe(canHave(2, 1) || canHave(1, 2));
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
