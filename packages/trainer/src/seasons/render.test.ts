import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classId } from "./classes.ts";
import { renderLabels, renderScene, viewScene } from "./render.ts";

const seeds = [1, 2, 3, 5, 8, 13, 21, 34];

function meanDifference(first: Uint8Array, second: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < first.length; index++) sum += Math.abs(first[index]! - second[index]!);
  return sum / first.length / 127.5;
}

function halve(picture: Uint8Array, size: number): Uint8Array {
  const half = size / 2;
  return Uint8Array.from({ length: half * half * 3 }, (_, index) => {
    const channel = index % 3;
    const column = Math.floor(index / 3) % half;
    const row = Math.floor(index / 3 / half);
    const at = (y: number, x: number) => picture[((2 * row + y) * size + 2 * column + x) * 3 + channel]!;
    return Math.round((at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4);
  });
}

describe("renderScene", () => {
  it("draws the same bytes from the same seed and others from another", () => {
    const options = { seed: 7, size: 48, season: "summer" } as const;
    expect(renderScene(options)).toEqual(renderScene(options));
    expect(meanDifference(renderScene(options), renderScene({ ...options, seed: 8 }))).toBeGreaterThan(0.05);
  });

  it("draws the same scene at every size", () => {
    for (const seed of seeds.slice(0, 4)) {
      const large = halve(renderScene({ seed, size: 128, season: "summer" }), 128);
      const small = renderScene({ seed, size: 64, season: "summer" });
      expect(meanDifference(large, small)).toBeLessThan(0.06);
    }
  });

  it("changes the picture by much between the seasons", () => {
    const differences = seeds.map((seed) => {
      const scene = viewScene({ seed, size: 64 });
      return meanDifference(scene.render("summer"), scene.render("winter"));
    });
    for (const difference of differences) expect(difference).toBeGreaterThan(0.3);
  });

  it("can be told from colour and place alone in both directions", () => {
    for (const [from, to] of [
      ["summer", "winter"],
      ["winter", "summer"],
    ] as const) {
      const { untranslated, translated } = tableTranslation(from, to);
      expect(translated).toBeLessThan(untranslated / 3);
    }
  });

  it("draws any seed at any size without a hole", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 16, max: 40 }), (seed, size) => {
        const picture = renderScene({ seed, size, season: "winter" });
        const dark = picture.filter((value) => value < 4).length;
        return picture.length === size * size * 3 && dark < picture.length / 50;
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    { seed: -1, size: 64, season: "summer", named: "-1" },
    { seed: 0.5, size: 64, season: "summer", named: "0.5" },
    { seed: 1, size: 15, season: "summer", named: "15" },
    { seed: 1, size: 513, season: "summer", named: "513" },
    { seed: 1, size: Number.NaN, season: "summer", named: "NaN" },
    { seed: 1, size: 64, season: "spring", named: "spring" },
  ])("refuses seed $seed, size $size, season $season by name", ({ seed, size, season, named }) => {
    expect(() => renderScene({ seed, size, season: season as "summer" })).toThrow(named);
  });
});

describe("renderLabels", () => {
  it("names the class of every pixel and follows the picture", () => {
    const size = 64;
    for (const seed of seeds) {
      const scene = viewScene({ seed, size });
      const { classes, colours } = scene.labels();
      expect(colours).toHaveLength(size * size * 3);
      const present = new Set(classes);
      for (const required of [classId.sky, classId.grass]) expect(present).toContain(required);
      const summer = scene.render("summer");
      const winter = scene.render("winter");
      let greener = 0;
      let grass = 0;
      for (const [pixel, shown] of classes.entries()) {
        if (shown !== classId.grass) continue;
        grass++;
        const at = pixel * 3;
        if (summer[at + 1]! > summer[at + 2]! && winter[at + 2]! > summer[at + 2]!) greener++;
      }
      expect(greener / grass).toBeGreaterThan(0.95);
    }
  });

  it("does not depend on how the scene was asked for", () => {
    expect(renderLabels({ seed: 3, size: 32 })).toEqual(viewScene({ seed: 3, size: 32 }).labels());
  });
});

/** Learns the mean colour that follows each coarse colour and picture row, then translates scenes it never saw. */
function tableTranslation(from: "summer" | "winter", to: "summer" | "winter") {
  const size = 48;
  const sums = new Map<number, [number, number, number, number]>();
  const key = (picture: Uint8Array, at: number) =>
    ((Math.floor(at / 3 / size / 12) * 16 + (picture[at]! >> 4)) * 16 + (picture[at + 1]! >> 4)) * 16 +
    (picture[at + 2]! >> 4);
  for (let seed = 100; seed < 180; seed++) {
    const scene = viewScene({ seed, size });
    const source = scene.render(from);
    const target = scene.render(to);
    for (let at = 0; at < source.length; at += 3) {
      const entry = sums.get(key(source, at)) ?? [0, 0, 0, 0];
      for (let channel = 0; channel < 3; channel++) entry[channel]! += target[at + channel]!;
      entry[3]++;
      sums.set(key(source, at), entry);
    }
  }
  let untranslated = 0;
  let translated = 0;
  for (const seed of seeds) {
    const scene = viewScene({ seed, size });
    const source = scene.render(from);
    const target = scene.render(to);
    const guess = Uint8Array.from(source, (value, index) => {
      const entry = sums.get(key(source, index - (index % 3)));
      return entry === undefined ? value : entry[index % 3]! / entry[3];
    });
    untranslated += meanDifference(source, target);
    translated += meanDifference(guess, target);
  }
  return { untranslated, translated };
}
