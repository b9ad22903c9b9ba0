import { createHash } from "node:crypto";
import { registryKeys } from "@unpaired/core/contracts";
import { afterEach, describe, expect, test } from "vitest";
import { openRegistry } from "../open-registry.ts";
import type { Registry } from "../registry.ts";
import { type S3Server, type S3ServerOptions, startS3Server } from "../testing/s3-server.ts";

let server: S3Server;
afterEach(() => server.close());

const waits: number[] = [];

async function open(options: S3ServerOptions = {}, timeoutMs = 5_000): Promise<Registry> {
  server = await startS3Server(options);
  waits.length = 0;
  const { environment } = server;
  const sleep = async (ms: number) => void waits.push(ms);
  return openRegistry("s3://models/some/place", {
    directory: "/nowhere",
    environment,
    world: { sleep, random: () => 0.5, timeoutMs },
  });
}

const bytes = new TextEncoder().encode("weights");
const sha256 = createHash("sha256").update(bytes).digest("hex");
const file = { key: registryKeys.blob(sha256), bytes: bytes.length, sha256 };
const key = "models/summer2winter/v1.json";

test("what is put is read, sized and listed under its prefix", async () => {
  const registry = await open();
  expect(registry.name).toBe("s3://models/some/place");
  expect(await registry.read(key, { maxBytes: 100 })).toBeUndefined();
  expect(await registry.size(key)).toBeUndefined();
  expect(await registry.putNew(key, bytes)).toBe(true);
  expect(String(Buffer.from((await registry.read(key, { maxBytes: 7 }))!))).toBe("weights");
  expect(await registry.size(key)).toBe(7);
  expect(await registry.list("models/")).toEqual([key]);
  expect([...server.objects.keys()]).toEqual([`some/place/${key}`]);
  await expect(registry.read(key, { maxBytes: 6 })).rejects.toMatchObject({ code: "object_too_large" });
});

test("a listing of many pages is read to its end", async () => {
  const registry = await open({ pageKeys: 3 });
  const keys = Array.from({ length: 11 }, (_, index) => `models/m/v${String(index).padStart(2, "0")}.json`);
  for (const each of keys) await registry.putNew(each, bytes);
  expect((await registry.list("models/m/")).sort()).toEqual(keys);
  expect(server.requests.filter(({ method }) => method === "GET")).toHaveLength(4);
});

describe("a blob that is there", () => {
  test.each([true, false])("is not sent again (the store tells SHA-256: %s)", async (tellsChecksums) => {
    const registry = await open({ tellsChecksums });
    expect(await registry.putBlob(file, bytes)).toBe(true);
    expect(await registry.putBlob(file, bytes)).toBe(false);
    expect(server.requests.filter(({ method }) => method === "PUT")).toHaveLength(1);
  });

  test.each([true, false])("but damaged is (the store tells SHA-256: %s)", async (tellsChecksums) => {
    const registry = await open({ tellsChecksums });
    for (const damaged of ["weight", "Weights"]) {
      server.objects.set(`some/place/${file.key}`, new TextEncoder().encode(damaged));
      expect(await registry.putBlob(file, bytes)).toBe(true);
      expect(String(server.objects.get(`some/place/${file.key}`))).toBe("weights");
    }
  });
});

test("every put carries its checksum and how long it may be kept", async () => {
  const registry = await open();
  await registry.putBlob(file, bytes);
  await registry.putPointer("models/m/latest.json", bytes);
  const [blob, pointer] = server.requests.filter(({ method }) => method === "PUT");
  const checksum = Buffer.from(sha256, "hex").toString("base64");
  expect(blob?.headers).toMatchObject({ "x-amz-checksum-sha256": checksum, "x-amz-content-sha256": sha256 });
  expect(blob?.headers["cache-control"]).toMatch(/immutable/);
  expect(pointer?.headers["cache-control"]).toBe("no-cache");
});

describe("what must never change", () => {
  test("is not overwritten", async () => {
    const registry = await open();
    expect(await registry.putNew(key, bytes)).toBe(true);
    expect(await registry.putNew(key, bytes)).toBe(false);
    expect(await registry.putNew(key, Uint8Array.of(1))).toBe(false);
    expect(String(server.objects.get(`some/place/${key}`))).toBe("weights");
  });

  test("counts as written when only the answer was lost", async () => {
    const registry = await open();
    server.fault = ({ index }) => (index === 0 ? { kind: "cut", carriedOut: true } : undefined);
    expect(await registry.putNew(key, bytes)).toBe(true);
    expect(server.requests.map(({ method }) => method)).toEqual(["PUT", "PUT", "HEAD"]);
  });

  test("but not when another was quicker", async () => {
    const registry = await open();
    server.fault = ({ index }) => {
      if (index > 0) return undefined;
      server.objects.set(`some/place/${key}`, Uint8Array.of(9));
      return { kind: "status", status: 503 };
    };
    expect(await registry.putNew(key, bytes)).toBe(false);
  });
});

describe("trying again", () => {
  test.each([
    { kind: "status", status: 500 },
    { kind: "status", status: 503, code: "SlowDown" },
    { kind: "status", status: 429 },
    { kind: "status", status: 400, code: "BadDigest" },
    { kind: "status", status: 409, code: "ConditionalRequestConflict" },
    { kind: "cut", carriedOut: false },
    { kind: "cut", carriedOut: true },
  ] as const)("gets over $kind $status $code, waiting longer each time", async (fault) => {
    const registry = await open();
    server.fault = ({ index }) => (index < 3 ? fault : undefined);
    await registry.putPointer(key, bytes);
    expect(waits).toEqual([187.5, 375, 750]);
    expect(String(server.objects.get(`some/place/${key}`))).toBe("weights");
  });

  test("ends after five tries, and waits as long as the store says up to 20 seconds", async () => {
    const registry = await open();
    server.fault = ({ index }) => ({ kind: "status", status: 503, retryAfter: index === 0 ? 7 : 9999 });
    await expect(registry.putPointer(key, bytes)).rejects.toMatchObject({
      code: "registry_failing",
      message: expect.stringMatching(/503.*try again later/),
    });
    expect(server.requests).toHaveLength(5);
    expect(waits).toEqual([7_000, 20_000, 20_000, 20_000]);
  });

  test("covers a store that never answers", async () => {
    const registry = await open({}, 60);
    server.fault = ({ index }) => (index === 0 ? { kind: "stall" } : undefined);
    await registry.putPointer(key, bytes);
    expect(server.requests).toHaveLength(2);
  });

  test("stops at once when told to", async () => {
    const registry = await open();
    const stop = new AbortController();
    server.fault = () => {
      stop.abort(new Error("told to"));
      return { kind: "stall" };
    };
    await expect(registry.putBlob(file, bytes, stop.signal)).rejects.toThrow("told to");
    expect(server.requests).toHaveLength(1);
  });
});
