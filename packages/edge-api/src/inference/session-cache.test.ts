import { createRandom, initializeWeights, resnetGenerator, toGraphModel } from "@unpaired/core";
import type { Manifest } from "@unpaired/core/contracts";
import type { EngineBinaries, ModelFiles } from "@unpaired/engine";
import { readEngineBinaries } from "@unpaired/engine/node";
import { beforeAll, describe, expect, it } from "vitest";
import { tinyManifest } from "../../test/tiny-manifest.ts";
import { createIsolateMemory } from "./isolate-memory.ts";
import { createSessionCache } from "./session-cache.ts";

const spec = resnetGenerator({ filters: 4, blocks: 1 });
const image = { data: new Float32Array(32 * 32 * 3), width: 32, height: 32, channels: 3 };

let binaries: EngineBinaries;
let files: ModelFiles;
beforeAll(async () => {
  binaries = await readEngineBinaries();
  files = toGraphModel(spec, initializeWeights(spec, { random: createRandom(3) }));
});

function cacheOver(files: (manifest: Manifest) => Promise<ModelFiles>, limitBytes?: number) {
  const memory = createIsolateMemory({ baseBytes: 0, ...(limitBytes !== undefined && { limitBytes }) });
  return createSessionCache({ registry: { files }, binaries, memory });
}

describe("createSessionCache", () => {
  it("loads a model once for requests that come together, and never again", async () => {
    let loads = 0;
    const cache = cacheOver(async () => {
      loads++;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return files;
    });
    const outputs = await Promise.all(
      [1, 2, 3].map(() => cache.use(tinyManifest("v1"), (session) => session.run(image))),
    );
    await cache.use(tinyManifest("v1"), (session) => session.run(image));
    expect(loads).toBe(1);
    expect(outputs.map(({ width, height }) => [width, height])).toEqual([
      [32, 32],
      [32, 32],
      [32, 32],
    ]);
  });

  it("tries a failed load again", async () => {
    let loads = 0;
    const cache = cacheOver(async () => {
      if (++loads === 1) throw new Error("the bucket hiccuped");
      return files;
    });
    await expect(cache.use(tinyManifest("v1"), async () => "unused")).rejects.toThrow("hiccuped");
    expect(await cache.use(tinyManifest("v1"), async () => "used")).toBe("used");
  });

  it("calls a model the engine refuses unavailable and says why", async () => {
    const cache = cacheOver(async () => ({ ...files, model: new TextEncoder().encode("{}") }));
    await expect(cache.use(tinyManifest("v1"), async () => "unused")).rejects.toMatchObject({
      code: "model_unavailable",
      message: expect.stringContaining("model@v1"),
    });
  });

  it("puts the least recently used out when memory is short, but none that is in use", async () => {
    const one = await cacheOver(async () => files).use(tinyManifest("v1"), async (session) => {
      await session.run(image);
      return session.memoryBytes;
    });
    const cache = cacheOver(async () => files, one * 2 + 100_000);
    const run = (version: string) => cache.use(tinyManifest(version), (session) => session.run(image));
    for (const version of ["v1", "v2"]) await run(version);
    await run("v1");
    await run("v3");
    expect(cache.held()).toEqual(["model@v1", "model@v3"]);
    await cache.use(tinyManifest("v1"), async (session) => {
      await run("v4");
      await run("v5");
      expect(cache.held()).toContain("model@v1");
      expect((await session.run(image)).width).toBe(32);
    });
  });
});
