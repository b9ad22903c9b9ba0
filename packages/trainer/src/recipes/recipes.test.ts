import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@unpaired/core";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CliContext } from "../cli/context.ts";
import { serveArchive } from "../data-sets/testing/archive-server.ts";
import { zipOf } from "../data-sets/testing/zip-of.ts";
import { resolveConfig } from "../run/config.ts";
import { paperRecipe } from "./paper.ts";
import { recipeNamed, recipes } from "./recipes.ts";
import { startRecipe } from "./start.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "unpaired-recipes-"));
});

afterEach(() => rm(directory, { recursive: true }));

const context = (): CliContext => ({
  directory,
  signal: new AbortController().signal,
  now: () => new Date("2026-01-02T03:04:05Z"),
  print: () => {},
  warn: () => {},
  progress: { isTerminal: false, columns: 80, write: () => {}, nowMs: () => performance.now() },
});

async function tinyArchive(): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const [folder, tint] of [
    ["trainA", "teal"],
    ["trainB", "orange"],
  ]) {
    for (let index = 0; index < 3; index++) {
      const { uniform } = createRandom(index);
      const blobs = Uint8Array.from({ length: 64 }, () => uniform() * 256);
      const image = sharp(blobs, { raw: { width: 8, height: 8, channels: 1 } }).resize(40 + index, 36, {
        fit: "fill",
      });
      files[`tiny/${folder}/${index}.png`] = await image.tint(tint!).png().toBuffer();
    }
  }
  return zipOf(files);
}

describe("recipes", () => {
  test("every recipe's settings are whole, and its domains name the models it publishes", () => {
    const folders = { trainA: "a", trainB: "b", testA: "c", testB: "d" };
    for (const recipe of recipes) {
      const { domains } = resolveConfig(recipe.config(folders));
      expect(`${domains.A}2${domains.B}`).toMatch(/^[a-z0-9]+2[a-z0-9]+$/);
      expect(recipe.steps).toBeGreaterThan(0);
    }
    expect(new Set(recipes.map(({ name }) => name)).size).toBe(recipes.length);
  });

  test("identity is on where paintings become photographs and off for style transfer", () => {
    const identityOf = (name: string) =>
      resolveConfig(recipeNamed(name).config({ trainA: "a", trainB: "b", testA: "c", testB: "d" })).loss
        .identityWeight;
    expect(identityOf("monet2photo")).toBe(0.5);
    expect(identityOf("monet")).toBe(0);
  });

  test("refuses a recipe there is not", () => {
    expect(() => recipeNamed("soup")).toThrow(/There is no recipe "soup"; take one of seasons, monet/);
  });

  test("goes from an archive on a server to two published models", async () => {
    const archive = await tinyArchive();
    const server = await serveArchive(archive, [{ kind: "break off", afterBytes: 500 }]);
    try {
      const result = await startRecipe({
        recipe: paperRecipe({
          name: "tiny",
          dataSet: "tiny",
          summary: "teal ↔ orange",
          dataSets: {
            tiny: {
              bytes: archive.length,
              sha256: createHash("sha256").update(archive).digest("hex"),
              domains: { A: "teal", B: "orange" },
              pictures: { trainA: 3, trainB: 3, testA: 0, testB: 0 },
            },
          },
          reading: { loadSizePixels: 36, cropSizePixels: 32 },
          settings: { generator: { filters: 4, blocks: 1 }, discriminator: { filters: 4, layers: 1 } },
        }),
        mirror: server.folder,
        machine: { backend: "wasm" },
        directory,
        context: context(),
        maxSteps: 2,
      });
      expect(result.manifests.map(({ id }) => id)).toEqual(["teal2orange", "orange2teal"]);
      expect(result.manifests[0]!.training).toMatchObject({ dataSet: "tiny", steps: 2 });
      expect(await readdir(join(directory, "data"))).toEqual(["tiny"]);
      expect(existsSync(join(directory, "runs", "tiny", "report.html"))).toBe(true);
    } finally {
      await server.close();
    }
  });
});
