import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GraphModelFiles } from "@unpaired/core";
import { manifestSchema, registryKeys } from "@unpaired/core/contracts";
import { beforeEach, expect, test } from "vitest";
import { createDirectoryRegistry } from "./directory-registry.ts";
import { psnr } from "./psnr.ts";
import { assertAgreement } from "./publish-model.ts";
import { versionId } from "./version.ts";
import { type ManifestFacts, writeToRegistry } from "./write-to-registry.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "registry-"));
});

const files = { model: new TextEncoder().encode("{}"), weights: [Uint8Array.of(1, 2, 3), Uint8Array.of(4)] };
const at = new Date("2026-01-02T03:04:05.006Z");

function facts(version: string): ManifestFacts {
  return {
    id: "summer2winter",
    version,
    createdAt: at.toISOString(),
    method: "cyclegan",
    domains: { from: "summer", to: "winter" },
    input: { sizePixels: 64, multipleOf: 4, channels: 3 },
    quantization: "uint8",
    parameters: 10,
    multiplyAdds: 20,
    training: { backend: "wasm", steps: 3, dataSet: "seasons", seed: 1 },
    metrics: { psnrQuantized: 41 },
    domainStatistics: [],
  };
}

function write(folder: string, facts: ManifestFacts, files: GraphModelFiles) {
  return writeToRegistry(createDirectoryRegistry(folder), [{ facts, files }]);
}

test("a published model is blobs, a manifest and a pointer that agree", async () => {
  await write(directory, facts("v1"), files);
  const read = async (key: string) => readFile(join(directory, key));
  expect(JSON.parse(String(await read(registryKeys.latest("summer2winter"))))).toEqual({ version: "v1" });
  const manifest = manifestSchema.parse(
    JSON.parse(String(await read(registryKeys.manifest("summer2winter", "v1")))),
  );
  expect([...(await read(manifest.files.model.key))]).toEqual([...files.model]);
  expect(manifest.files.weights.map(({ bytes }) => bytes)).toEqual([3, 1]);
  expect([...(await read(manifest.files.weights[0]!.key))]).toEqual([1, 2, 3]);
});

test("a second version moves the pointer and leaves the first alone", async () => {
  await write(directory, facts("v1"), files);
  await write(directory, facts("v2"), { ...files, weights: [Uint8Array.of(9)] });
  expect((await readdir(join(directory, "models", "summer2winter"))).sort()).toEqual([
    "latest.json",
    "v1.json",
    "v2.json",
  ]);
  const pointer = await readFile(join(directory, registryKeys.latest("summer2winter")), "utf8");
  expect(JSON.parse(pointer)).toEqual({ version: "v2" });
});

test("a version is never written twice", async () => {
  await write(directory, facts("v1"), files);
  await expect(write(directory, facts("v1"), files)).rejects.toMatchObject({
    code: "version_exists",
  });
});

test("a publish that cannot finish leaves readers what they had", async () => {
  await write(directory, facts("v1"), files);
  // A file where the new blob's folder would have to be.
  const other = await mkdtemp(join(tmpdir(), "registry-"));
  await writeFile(join(other, "blobs"), "in the way");
  await expect(write(other, facts("v1"), files)).rejects.toThrow();
  expect(await readdir(other)).toEqual(["blobs"]);
  await expect(write(directory, { ...facts("v2"), parameters: 0 }, files)).rejects.toMatchObject({
    code: "invalid_manifest",
    message: expect.stringMatching(/parameters/),
  });
  const pointer = await readFile(join(directory, registryKeys.latest("summer2winter")), "utf8");
  expect(JSON.parse(pointer)).toEqual({ version: "v1" });
});

test("below 30 dB nothing is published, and the message says what would do", () => {
  expect(() => assertAgreement("summer2winter", "uint8", 29.9)).toThrow(/29\.9 dB.*uint16/);
  expect(() => assertAgreement("summer2winter", "uint8", 30)).not.toThrow();
  expect(() => assertAgreement("summer2winter", "uint8", Number.NaN)).toThrow(/NaN dB/);
});

test("PSNR of values in [-1, 1] has peak 2", () => {
  expect(psnr(Float32Array.of(0, 0), Float32Array.of(0.2, -0.2))).toBeCloseTo(20);
  expect(psnr(Float32Array.of(1), Float32Array.of(1))).toBe(Number.POSITIVE_INFINITY);
  expect(() => psnr(new Float32Array(1), new Float32Array(2))).toThrow(RangeError);
});

test("versions sort by time and name the content", () => {
  const first = versionId(files, at);
  const later = versionId(files, new Date("2026-01-02T03:04:06Z"));
  expect(first).toMatch(/^20260102t030405006z-[0-9a-f]{8}$/);
  expect([later, first].sort()).toEqual([first, later]);
  expect(versionId({ ...files, weights: [] }, at)).not.toBe(first);
});
