import { expect, it } from "vitest";
import { cycleObjectives, methodNames } from "../methods/method-names.ts";
import { contestants, contestantsNamed } from "./contestants.ts";
import { paperTables } from "./paper-tables.ts";
import { planRuns } from "./plan.ts";

it("has every method and every ablation once, whatever methods there are", () => {
  const names = contestants.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining([...methodNames]));
  expect(names).toHaveLength(methodNames.length + cycleObjectives.length - 1);
  expect(contestantsNamed("all")).toEqual(contestants);
  expect(contestantsNamed("all,cyclegan-identity").map(({ name }) => name)).toEqual([
    ...names,
    "cyclegan-identity",
  ]);
});

it("keeps the tables' order whatever the list's, and refuses what there is not", () => {
  expect(contestantsNamed("simgan, cyclegan,simgan").map(({ name }) => name)).toEqual(["cyclegan", "simgan"]);
  expect(() => contestantsNamed("cyclegan,soup")).toThrow(
    /"soup" is no method of the tables; choose of all, cyc/,
  );
});

it("plans one run per seed for methods that go both ways and one per direction for the others", () => {
  const setting = {
    ...{ recipe: "pairs", domains: { A: "a", B: "b" }, sizePixels: 32, steps: 20 },
    ...{ backend: "wasm" as const, data: {} },
  };
  const folders = { trainA: "A", trainB: "B", testA: "A", testB: "B" };
  const runs = planRuns(contestantsNamed("cyclegan-identity,simgan,pix2pix"), {
    setting,
    folders,
    stepsPerEpoch: 6,
    seeds: 2,
  });
  expect(runs.map(({ name }) => name).sort()).toEqual([
    ...["cyclegan-identity-seed1", "cyclegan-identity-seed2"],
    ...["pix2pix-a2b-seed1", "pix2pix-a2b-seed2", "pix2pix-b2a-seed1", "pix2pix-b2a-seed2"],
    ...["simgan-seed1", "simgan-seed2"],
  ]);
  for (const { name, config } of runs) {
    expect(config.schedule).toMatchObject({ constantEpochs: 2, decayEpochs: 2, maxSteps: 20 });
    expect(config.generator).toEqual(runs[0]!.config.generator);
    expect(config.loss.identityWeight).toBe(name.startsWith("cyclegan-identity") ? 0.5 : 0);
  }
});

it("has the paper's figures as shares, the full method in every table", () => {
  for (const { rows } of paperTables) {
    expect(rows.some(({ contestant }) => contestant === "cyclegan")).toBe(true);
    for (const figure of rows.flatMap(({ figures }) => figures ?? [])) {
      expect(figure).toBeGreaterThan(0);
      expect(figure).toBeLessThan(1);
    }
  }
});
