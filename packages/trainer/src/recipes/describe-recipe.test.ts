import { describe, expect, it } from "vitest";
import { describeRecipe } from "./describe-recipe.ts";
import { recipeNamed, recipes } from "./recipes.ts";

const linesOf = (name: string) => describeRecipe(recipeNamed(name)).join("\n");

describe("describeRecipe", () => {
  it("states source, checksum, settings, work and what to expect", () => {
    const lines = linesOf("horse2zebra");
    expect(lines).toMatch(/From +http:\/\/\S+\/horse2zebra\.zip/);
    expect(lines).toMatch(/SHA-256 +a74d9d392eecca9966b51287a76ca126af473d9de4f3e8fc0e9cda08fa1730a1/);
    expect(lines).toMatch(/generators resnet of 64 filters and 9 blocks/);
    expect(lines).toMatch(
      /256 of 286 px, batch 1, λ 10, identity 0\.5, learning rate 0\.0002, falling over the last 100 of 200 epochs/,
    );
    expect(lines).toMatch(/266,800 steps/);
    expect(lines).toMatch(/FID of horse → zebra/);
  });

  it("foretells the time the work takes at a speed: 266,800 steps of 0.94 trillion each", () => {
    expect(linesOf("horse2zebra")).toMatch(
      /Work +251 P multiply-adds: 13 h 58 min at 5 T\/s, 194 days at 15 G\/s/,
    );
    expect(linesOf("seasons")).toMatch(/Work +\d\.\d\d T multiply-adds: \d+ s at 5 T\/s/);
  });

  it("says why a data set cannot be fetched, and nothing of archives where the data is drawn", () => {
    expect(linesOf("cityscapes")).toMatch(/register there, or name a mirror/);
    expect(linesOf("seasons")).not.toMatch(/From|SHA-256/);
  });

  it("describes every recipe and how to start it", () => {
    for (const recipe of recipes) {
      expect(describeRecipe(recipe).at(-1)).toContain(`trainer start --recipe ${recipe.name}`);
    }
  });
});
