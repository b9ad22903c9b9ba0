import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plantGrove } from "./grove.ts";
import { composeScene } from "./scene.ts";
import { farthest, groundHeight, readRelief, roadCover, waterLevel, wetness } from "./terrain.ts";

const anySeed = fc.integer({ min: 0, max: 0xffffffff });
const anyPlace = fc.record({
  bearing: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
  z: fc.double({ min: 1.5, max: farthest, noNaN: true }),
});

describe("terrain", () => {
  it("lies below the water only where the composition put water", () => {
    fc.assert(
      fc.property(anySeed, anyPlace, (seed, { bearing, z }) => {
        const scene = composeScene(seed);
        const height = groundHeight(scene, bearing * z, z);
        expect(Number.isFinite(height)).toBe(true);
        if (height < waterLevel) expect(wetness(scene, bearing * z, z)).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it("is brightest on slopes that face the sun", () => {
    const relief = { light: 0, steepness: 0 };
    let facing = 0;
    let averted = 0;
    for (let seed = 0; seed < 40; seed++) {
      const scene = composeScene(seed);
      for (let x = -12; x < 12; x++) {
        const height = groundHeight(scene, x, 34);
        readRelief(scene, x, 34, height, relief);
        const towardSun = (groundHeight(scene, x + 0.3, 34) - height) * scene.sun.side;
        if (towardSun > 0.1) averted += relief.light - 0.5;
        else if (towardSun < -0.1) facing += relief.light - 0.5;
      }
    }
    expect(facing).toBeGreaterThan(averted);
  });
});

describe("composition", () => {
  it("builds and plants on dry ground, off the road, and draws the nearest last", () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const scene = composeScene(seed);
        if (scene.house) expect(wetness(scene, scene.house.x, scene.house.z)).toBe(0);
        const grove = plantGrove(scene);
        for (const [index, { x, z }] of grove.entries()) {
          expect(wetness(scene, x, z)).toBeLessThan(0.03);
          expect(roadCover(scene, x, z)).toBe(0);
          if (index > 0) expect(z).toBeLessThanOrEqual(grove[index - 1]!.z);
        }
      }),
    );
  });

  it("varies: lakes, rivers, roads and houses all come up, none of them always", () => {
    const scenes = Array.from({ length: 200 }, (_, seed) => composeScene(seed));
    for (const has of [
      scenes.filter(({ water }) => water?.kind === "lake"),
      scenes.filter(({ water }) => water?.kind === "river"),
      scenes.filter(({ house }) => house !== undefined),
      scenes.filter(({ road }) => road !== undefined),
    ]) {
      expect(has.length).toBeGreaterThan(20);
      expect(has.length).toBeLessThan(180);
    }
  });
});
