import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registryKeys } from "@unpaired/core/contracts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listPublished } from "./list-published.ts";
import { openRegistry } from "./open-registry.ts";
import { readManifest, readPointer } from "./read-published.ts";
import type { Registry } from "./registry.ts";
import { rollBack } from "./rollback.ts";
import { startS3Server } from "./testing/s3-server.ts";
import { tinyModel } from "./testing/tiny-model.ts";
import { writeToRegistry } from "./write-to-registry.ts";

interface Place {
  readonly registry: Registry;
  overwrite(key: string, bytes: Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
  close(): Promise<unknown>;
}

const places: Readonly<Record<string, () => Promise<Place>>> = {
  async folder() {
    const directory = await mkdtemp(join(tmpdir(), "rollback-"));
    return {
      registry: openRegistry(directory, { directory, environment: {} }),
      overwrite: (key, bytes) => writeFile(join(directory, key), bytes),
      remove: (key) => rm(join(directory, key)),
      close: () => rm(directory, { recursive: true }),
    };
  },
  async bucket() {
    const server = await startS3Server({ pageKeys: 2 });
    const { environment, objects } = server;
    return {
      registry: openRegistry("s3://models/p", { directory: "/", environment }),
      overwrite: async (key, bytes) => void objects.set(`p/${key}`, bytes),
      remove: async (key) => void objects.delete(`p/${key}`),
      close: () => server.close(),
    };
  },
};

const id = "summer2winter";

describe.each(Object.keys(places))("in a %s", (kind) => {
  let place: Place;
  let registry: Registry;

  beforeEach(async () => {
    place = await places[kind]!();
    ({ registry } = place);
    for (const [index, version] of ["v1", "v2", "v3"].entries()) {
      await writeToRegistry(registry, [tinyModel(id, version, index + 1)]);
    }
    await writeToRegistry(registry, [tinyModel("winter2summer", "v1", 9)]);
  });
  afterEach(() => place.close());

  test("readers get the version before, and the one before that", async () => {
    expect(await rollBack({ registry, id })).toMatchObject({ from: "v3", to: "v2", changed: true });
    expect(await readPointer(registry, id)).toBe("v2");
    expect(await rollBack({ registry, id })).toMatchObject({ from: "v2", to: "v1", changed: true });
    await expect(rollBack({ registry, id })).rejects.toMatchObject({ code: "no_earlier_version" });
    expect(await rollBack({ registry, id, toVersion: "v3", verify: true })).toMatchObject({
      from: "v1",
      to: "v3",
    });
    expect(await readPointer(registry, id)).toBe("v3");
    expect(await readPointer(registry, "winter2summer")).toBe("v1");
  });

  test("a dry run checks and writes nothing; going where one is changes nothing", async () => {
    expect(await rollBack({ registry, id, dryRun: true })).toMatchObject({
      from: "v3",
      to: "v2",
      changed: true,
    });
    expect(await rollBack({ registry, id, toVersion: "v3" })).toMatchObject({ changed: false });
    expect(await readPointer(registry, id)).toBe("v3");
  });

  test("a version that is not whole is refused, and the pointer stays", async () => {
    const { files } = await readManifest(registry, id, "v2");
    const shard = files.weights[0]!;
    const right = (await registry.read(shard.key, { maxBytes: 10_000 }))!;
    const refused = (options: { verify?: boolean; dryRun?: boolean } = {}) =>
      expect(rollBack({ registry, id, ...options })).rejects;

    await place.overwrite(shard.key, right.with(0, 77));
    await refused({ verify: true, dryRun: true }).toThrow(/does not have the content/);
    await refused({ verify: true }).toMatchObject({ code: "damaged" });
    await place.overwrite(shard.key, right.subarray(1));
    await refused().toThrow(/has 2999 bytes instead of 3000/);
    await place.remove(shard.key);
    await refused().toThrow(/missing; publish the model anew/);
    await place.overwrite(registryKeys.manifest(id, "v2"), new TextEncoder().encode("{}"));
    await refused().toMatchObject({ code: "damaged" });
    expect(await readPointer(registry, id)).toBe("v3");
    await expect(rollBack({ registry, id, toVersion: "v7" })).rejects.toMatchObject({
      code: "version_not_found",
    });
    await expect(rollBack({ registry, id: "none" })).rejects.toThrow(/has no model none/);
  });

  test("a damaged or missing pointer is repaired by naming a version", async () => {
    await place.overwrite(registryKeys.latest(id), new TextEncoder().encode("oops"));
    await expect(rollBack({ registry, id })).rejects.toMatchObject({ code: "damaged" });
    expect(await rollBack({ registry, id, toVersion: "v2" })).toMatchObject({ from: undefined, to: "v2" });
    await place.remove(registryKeys.latest(id));
    await expect(rollBack({ registry, id })).rejects.toThrow(
      /name one with --to-version \(the newest is v3\)/,
    );
    expect(await rollBack({ registry, id, toVersion: "v1" })).toMatchObject({ changed: true });
    expect(await readPointer(registry, id)).toBe("v1");
  });

  test.each(["../up", "Latest", "latest", ""])("version %j is no version", async (toVersion) => {
    await expect(rollBack({ registry, id, toVersion })).rejects.toMatchObject({ code: "invalid_config" });
  });

  test("a list tells models, versions and which is current, damage included", async () => {
    await rollBack({ registry, id, toVersion: "v2" });
    await place.overwrite(registryKeys.manifest(id, "v1"), new TextEncoder().encode("{}"));
    const [summer, winter, ...others] = await listPublished(registry);
    expect(others).toEqual([]);
    expect(summer).toMatchObject({
      id,
      current: "v2",
      versions: [
        { version: "v3", current: false, filesBytes: 3015, quantization: "uint8", method: "cyclegan" },
        {
          version: "v2",
          current: true,
          createdAt: "2026-01-02T03:04:05.006Z",
          metrics: { psnrQuantized: 41.234 },
        },
        { version: "v1", current: false, problem: "damaged manifest" },
      ],
    });
    expect(winter).toMatchObject({ id: "winter2summer", current: "v1", versions: [{ version: "v1" }] });
    expect(await listPublished(registry, id)).toEqual([summer]);
    await expect(listPublished(registry, "none")).rejects.toMatchObject({ code: "model_not_found" });
    await place.remove(registryKeys.manifest(id, "v2"));
    const [broken] = await listPublished(registry, id);
    expect(broken?.versions[1]).toEqual({ version: "v2", current: true, problem: "no manifest" });
  });
});

test("an empty folder publishes nothing, and a listing leaves none behind", async () => {
  const directory = await mkdtemp(join(tmpdir(), "rollback-"));
  const registry = openRegistry("registry", { directory, environment: {} });
  expect(await listPublished(registry)).toEqual([]);
  expect(await readdir(directory)).toEqual([]);
});
