import type { Manifest } from "@unpaired/core/contracts";
import { beforeEach, describe, expect, it } from "vitest";
import { tinyManifest } from "../../test/tiny-manifest.ts";
import { RegistryError } from "../model-registry/registry-error.ts";
import { createModelVersions } from "./model-versions.ts";

const unavailable = (what: string) =>
  new RegistryError("model_unavailable", `${what}; publish the model anew.`);

let latest: () => Promise<string>;
let unreadable: Set<string>;
let unloadable: Set<string>;
let published: string[];
let loads: string[];
let nowMs: number;

beforeEach(() => {
  latest = async () => "v1";
  unreadable = new Set();
  unloadable = new Set();
  published = ["v1"];
  loads = [];
  nowMs = Date.UTC(2026, 10, 1);
});

const create = (load?: (manifest: Manifest) => Promise<unknown>) =>
  createModelVersions({
    registry: {
      ids: async () => ["model"],
      latestVersion: () => latest(),
      versions: async () => published.toReversed(),
      async manifest(_, asked) {
        const version = asked ?? (await latest());
        if (unreadable.has(version)) throw unavailable(`Manifest ${version} is damaged`);
        return tinyManifest(version);
      },
    },
    load:
      load ??
      (async ({ version }) => {
        loads.push(version);
        return unloadable.has(version) ? unavailable(`${version} does not load`) : undefined;
      }),
    nowMs: () => nowMs,
  });

function publish(version: string): void {
  published.push(version);
  latest = async () => version;
}

describe("createModelVersions", () => {
  it("loads a version once before it serves", async () => {
    const versions = create();
    for (let time = 0; time < 3; time++) expect((await versions.resolve("model")).version).toBe("v1");
    expect(loads).toEqual(["v1"]);
    expect(await versions.broken()).toEqual([]);
  });

  it("leaves a broken version alone for a while, then tries it again", async () => {
    const versions = create();
    await versions.resolve("model");
    unloadable.add("v2");
    publish("v2");
    const sinceMs = nowMs;
    for (const afterMs of [0, 1_000, 29_000]) {
      nowMs = sinceMs + afterMs;
      expect((await versions.resolve("model")).version).toBe("v1");
    }
    expect(loads).toEqual(["v1", "v2"]);
    nowMs = sinceMs + 31_000;
    await versions.resolve("model");
    expect(await versions.broken()).toEqual([
      {
        id: "model",
        version: "v2",
        serving: "v1",
        since: new Date(sinceMs).toISOString(),
        detail: "v2 does not load; publish the model anew.",
      },
    ]);
    unloadable.clear();
    nowMs += 31_000;
    expect((await versions.resolve("model")).version).toBe("v2");
    expect(await versions.broken()).toEqual([]);
  });

  it("goes on while the pointer or the new manifest cannot be read", async () => {
    const versions = create();
    await versions.resolve("model");
    latest = () => Promise.reject(unavailable("The pointer is damaged"));
    expect((await versions.resolve("model")).version).toBe("v1");
    expect((await versions.manifest("model")).version).toBe("v1");
    expect(await versions.broken()).toMatchObject([{ version: null, serving: "v1" }]);
    unreadable.add("v2");
    publish("v2");
    expect((await versions.resolve("model")).version).toBe("v1");
    expect((await versions.manifests()).map(({ version }) => version)).toEqual(["v1"]);
    expect(await versions.broken()).toMatchObject([{ version: "v2", serving: "v1" }]);
  });

  it("looks for the newest older version that loads, never for a newer one", async () => {
    for (const version of ["v2", "v3", "v4"]) publish(version);
    latest = async () => "v3";
    unloadable.add("v3").add("v2");
    const versions = create();
    expect((await versions.resolve("model")).version).toBe("v1");
    expect(loads).toEqual(["v3", "v2", "v1"]);
  });

  it("fails as the published version does when there is no other, and shows it", async () => {
    unloadable.add("v1");
    const versions = create();
    await expect(versions.resolve("model")).rejects.toMatchObject({ code: "model_unavailable" });
    expect(await versions.broken()).toMatchObject([{ version: "v1", serving: null }]);
    unloadable.clear();
    expect((await versions.resolve("model")).version).toBe("v1");
  });

  it("shows a manifest nobody has asked for yet", async () => {
    unreadable.add("v1");
    expect(await create().broken()).toMatchObject([
      { version: "v1", serving: null, detail: expect.stringContaining("damaged") },
    ]);
  });

  it("does not go on with what was taken back", async () => {
    const versions = create();
    await versions.resolve("model");
    latest = () => Promise.reject(new RegistryError("model_not_found", 'No model "model" is published.'));
    await expect(versions.resolve("model")).rejects.toMatchObject({ code: "model_not_found" });
    await expect(versions.manifest("model")).rejects.toMatchObject({ code: "model_not_found" });
  });

  it("forgets a failure when the pointer goes back", async () => {
    const versions = create();
    await versions.resolve("model");
    unloadable.add("v2");
    publish("v2");
    await versions.resolve("model");
    latest = async () => "v1";
    expect(await versions.broken()).toEqual([]);
  });

  it("does not call a version broken because the service is busy", async () => {
    const versions = create(() => Promise.reject(unavailable("16 images are waiting already")));
    await expect(versions.resolve("model")).rejects.toMatchObject({ code: "model_unavailable" });
    expect(await versions.broken()).toEqual([]);
  });
});
