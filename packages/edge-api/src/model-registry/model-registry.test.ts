import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Manifest, registryKeys } from "@unpaired/core/contracts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { identity, invert, publishModel } from "../../test/publish-model.ts";
import { createRegistryCopier, type WritableBucket } from "../serve/registry-copier.ts";
import { type LocalWorker, startWorker } from "../serve/start-worker.ts";
import type { RegistryBucket } from "./bucket.ts";
import { createModelRegistry } from "./model-registry.ts";

/** The bucket of workerd's R2 simulator, and every key read from it. */
type Bucket = RegistryBucket & WritableBucket & { delete(key: string): Promise<void> };

let worker: LocalWorker;
let directory: string;
let bucket: Bucket;
let published: Manifest;
let reads: string[];
let nowMs: number;

const counted = (): RegistryBucket => ({
  get(key) {
    reads.push(key);
    return bucket.get(key);
  },
  list: (options) => bucket.list(options),
});
const registry = () => createModelRegistry(counted(), () => nowMs);
const unavailable = expect.objectContaining({ code: "model_unavailable" });

beforeAll(async () => {
  worker = await startWorker(fileURLToPath(new URL("../../wrangler.jsonc", import.meta.url)));
  bucket = worker.registry as Bucket;
  directory = await mkdtemp(join(tmpdir(), "unpaired-registry-"));
  published = await publishModel(directory, { id: "one", version: "v1", ...identity, sizePixels: 64 });
  await createRegistryCopier(directory, bucket).copy();
});
afterAll(async () => {
  await worker.close();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(() => {
  reads = [];
  nowMs = 1_000_000;
});

describe("createModelRegistry", () => {
  it("reads a pointer again only after a while, and a manifest once", async () => {
    const reader = registry();
    for (const afterMs of [0, 1_000, 1_999]) {
      nowMs = 1_000_000 + afterMs;
      expect(await reader.manifest("one")).toEqual(published);
    }
    expect(reads).toEqual([registryKeys.latest("one"), registryKeys.manifest("one", "v1")]);
    nowMs = 1_002_001;
    await reader.manifest("one");
    expect(reads.slice(2)).toEqual([registryKeys.latest("one")]);
  });

  it("follows a pointer to a newer version and back", async () => {
    const reader = registry();
    await reader.manifest("one");
    await publishModel(directory, { id: "one", version: "v2", ...invert, sizePixels: 64 });
    await createRegistryCopier(directory, bucket).copy();
    expect((await reader.manifest("one")).version).toBe("v1");
    nowMs += 3_000;
    expect((await reader.manifest("one")).version).toBe("v2");
    await bucket.put(registryKeys.latest("one"), new TextEncoder().encode('{"version":"v1"}'));
    nowMs += 3_000;
    expect((await reader.manifest("one")).version).toBe("v1");
  });

  it("does not ask for a missing model at every request", async () => {
    const reader = registry();
    for (let time = 0; time < 3; time++) {
      await expect(reader.manifest("two")).rejects.toMatchObject({ code: "model_not_found" });
    }
    expect(reads).toEqual([registryKeys.latest("two")]);
  });

  it("answers files whose SHA-256 is right", async () => {
    const { model, weights } = await registry().files(published);
    expect(JSON.parse(new TextDecoder().decode(model)).format).toBe("graph-model");
    expect(weights.map(({ length }) => length)).toEqual(published.files.weights.map(({ bytes }) => bytes));
  });

  it("refuses a file with one flipped byte, of another length, or none", async () => {
    const { key } = published.files.model;
    const whole = new Uint8Array(await (await bucket.get(key))!.arrayBuffer());
    const flipped = Uint8Array.from(whole);
    flipped[whole.length - 1]! ^= 1;
    for (const bytes of [flipped, whole.subarray(0, -1), Uint8Array.from([...whole, 0])]) {
      await bucket.put(key, bytes);
      await expect(registry().files(published)).rejects.toEqual(unavailable);
    }
    await bucket.delete(key);
    await expect(registry().files(published)).rejects.toMatchObject({
      code: "model_unavailable",
      message: expect.stringContaining("missing"),
    });
    await bucket.put(key, whole);
    await expect(registry().files(published)).resolves.toBeDefined();
  });

  it("refuses a model too large for an isolate without reading it", async () => {
    const huge = { ...published.files.model, bytes: 2 ** 30 };
    const files = { ...published.files, model: huge };
    await expect(registry().files({ ...published, files })).rejects.toEqual(unavailable);
    expect(reads).toEqual([]);
  });

  it("refuses a manifest that names another model", async () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ ...published, id: "other" }));
    await bucket.put(registryKeys.manifest("one", "v9"), bytes);
    await expect(registry().manifest("one", "v9")).rejects.toEqual(unavailable);
  });

  it("says unavailable, not what broke, when the bucket fails", async () => {
    const broken: RegistryBucket = {
      get: () => Promise.reject(new Error("secret internals")),
      list: () => Promise.reject(new Error("secret internals")),
    };
    await expect(createModelRegistry(broken, Date.now).manifest("one")).rejects.toMatchObject({
      code: "model_unavailable",
      message: expect.not.stringContaining("secret"),
    });
  });

  it("lists folders page by page", async () => {
    const pages = [
      { objects: [], delimitedPrefixes: ["models/b/", "models/Not An Id/"], truncated: true, cursor: "next" },
      { objects: [], delimitedPrefixes: ["models/a/"], truncated: false },
    ];
    const paged: RegistryBucket = {
      get: async () => null,
      list: async ({ cursor }) => pages[cursor === "next" ? 1 : 0]!,
    };
    expect(await createModelRegistry(paged, Date.now).ids()).toEqual(["a", "b"]);
  });
});
