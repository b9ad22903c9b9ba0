import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRegistry } from "./open-registry.ts";
import type { Registry } from "./registry.ts";
import { type Fault, type S3Server, startS3Server } from "./testing/s3-server.ts";
import { readAsWorker, tinyModel } from "./testing/tiny-model.ts";
import { writeToRegistry } from "./write-to-registry.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const before = [tinyModel("summer2winter", "v1", 1), tinyModel("winter2summer", "v1", 2)];
// One file is that of the version before, as happens when a model is published again.
const after = [tinyModel("summer2winter", "v2", 3), tinyModel("winter2summer", "v2", 2)];
const old = { summer2winter: "v1", winter2summer: "v1" };

let server: S3Server;
let registry: Registry;
let initial: ReadonlyMap<string, Uint8Array>;

beforeEach(async () => {
  server = await startS3Server();
  const { environment } = server;
  const world = { sleep: async () => {}, timeoutMs: 2_000 };
  registry = openRegistry("s3://models", { directory: "/", environment, world });
  await writeToRegistry(registry, before);
  initial = new Map(server.objects);
  restore();
});
afterEach(() => server.close());

function restore(): void {
  server.objects.clear();
  for (const [key, bytes] of initial) server.objects.set(key, bytes);
  server.requests.length = 0;
  server.fault = () => undefined;
  // Whoever reads after any single write finds every pointer's model whole.
  server.onWrite = () => void readAsWorker(server.objects, sha256);
}

async function requestsOfAWholePublish(): Promise<string[]> {
  await writeToRegistry(registry, after);
  const keys = server.requests.map(({ method, key }) => `${method} ${key.replace(/[0-9a-f]{64}/, "…")}`);
  restore();
  return keys;
}

test("files come first, then manifests, then pointers", async () => {
  const puts = (await requestsOfAWholePublish()).filter((request) => request.startsWith("PUT"));
  expect(puts.slice(-4)).toEqual([
    "PUT models/summer2winter/v2.json",
    "PUT models/winter2summer/v2.json",
    "PUT models/summer2winter/latest.json",
    "PUT models/winter2summer/latest.json",
  ]);
  expect(new Set(puts.slice(0, -4))).toEqual(new Set(["PUT blobs/sha256/…"]));
  // The second model's files are there already.
  expect(puts).toHaveLength(3 + 4);
});

describe("a publish that is cut off at any request", () => {
  const faults: readonly Fault[] = [
    { kind: "cut", carriedOut: false },
    { kind: "cut", carriedOut: true },
    { kind: "status", status: 500 },
    { kind: "status", status: 403, code: "AccessDenied" },
  ];

  test.each(faults)("leaves what can be read as it was, or published whole: %o", async (fault) => {
    const whole = await requestsOfAWholePublish();
    for (let last = 0; last < whole.length; last++) {
      restore();
      server.fault = ({ index }) => (index >= last ? fault : undefined);
      await expect(writeToRegistry(registry, after)).rejects.toMatchObject({ name: "RegistryError" });
      const read = readAsWorker(server.objects, sha256);
      const carriedOut = fault.kind === "cut" && fault.carriedOut;
      const pointers = whole.slice(0, carriedOut ? last + 1 : last);
      const moved = pointers.filter((request) => request.endsWith("latest.json"));
      expect(read, `cut at ${whole[last]}`).toEqual({
        summer2winter: moved.length > 0 ? "v2" : old.summer2winter,
        winter2summer: moved.length > 1 ? "v2" : old.winter2summer,
      });
      for (const [key, bytes] of initial) {
        if (!key.endsWith("latest.json")) expect(server.objects.get(key)).toBe(bytes);
      }
    }
  });

  test("can be done again", async () => {
    const whole = await requestsOfAWholePublish();
    for (let last = 0; last < whole.length; last++) {
      restore();
      server.fault = ({ index }) => (index >= last ? { kind: "status", status: 500 } : undefined);
      await writeToRegistry(registry, after).catch(() => {});
      server.fault = () => undefined;
      // As a new publish of the same weights would be called.
      const again = after.map(({ facts, files }) => ({ facts: { ...facts, version: "v3" }, files }));
      await writeToRegistry(registry, again);
      expect(readAsWorker(server.objects, sha256)).toEqual({ summer2winter: "v3", winter2summer: "v3" });
    }
  });
});

test("Ctrl-C at any request leaves the old or, once the last writes have begun, finishes the new", async () => {
  const whole = await requestsOfAWholePublish();
  const firstManifest = whole.findIndex((request) => request.startsWith("PUT models/"));
  for (let at = 0; at < whole.length; at++) {
    restore();
    const interruption = new AbortController();
    server.fault = ({ index }) => void (index === at && interruption.abort());
    const publishing = writeToRegistry(registry, after, { signal: interruption.signal });
    if (at < firstManifest) {
      const thrown: unknown = await publishing.catch((error) => error);
      expect(thrown).toBe(interruption.signal.reason);
      expect(readAsWorker(server.objects, sha256)).toEqual(old);
      expect([...server.objects.keys()].filter((key) => key.endsWith("v2.json"))).toEqual([]);
    } else {
      await publishing;
      expect(readAsWorker(server.objects, sha256)).toEqual({ summer2winter: "v2", winter2summer: "v2" });
    }
  }
});

test("whatever goes wrong on the way, readers always find whole models, and what passes is got over", async () => {
  const faults = fc.constantFrom<Fault | undefined>(
    undefined,
    undefined,
    { kind: "cut", carriedOut: false },
    { kind: "cut", carriedOut: true },
    { kind: "status", status: 500 },
    { kind: "status", status: 503, code: "SlowDown" },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(faults, { maxLength: 40 }), async (schedule) => {
      restore();
      server.fault = ({ index }) => schedule[index];
      const failure: unknown = await writeToRegistry(registry, after).then(
        () => undefined,
        (error) => error,
      );
      const read = readAsWorker(server.objects, sha256);
      if (failure === undefined) expect(read).toEqual({ summer2winter: "v2", winter2summer: "v2" });
      // Only five failures on end make one.
      else expect(failure).toMatchObject({ name: "RegistryError" });
      const inARow = schedule.map((fault) => (fault ? "x" : ".")).join("");
      if (!inARow.includes("xxxxx")) expect(failure).toBeUndefined();
    }),
    { numRuns: 30 },
  );
});
