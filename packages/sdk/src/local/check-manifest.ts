import type { Manifest, PublishedFile } from "@unpaired/core/contracts";
import { LocalModelError } from "./local-model-error.ts";

const maxShards = 64;
const maxStatistics = 64;
const maxModelBytes = 128 * 1024 * 1024;

/**
 * A manifest, checked as far as running the model goes.
 *
 * @throws {LocalModelError} `invalid_manifest` which names the field
 */
export function checkManifest(value: unknown): Manifest {
  const { id, version, input, files, domainStatistics } = fields(value, "the manifest");
  require(isText(id) && isText(version), "id or version");
  const { sizePixels, multipleOf, channels } = fields(input, "input");
  require(isWhole(sizePixels, 4096), "input.sizePixels");
  require(isWhole(multipleOf, 1024), "input.multipleOf");
  require(channels === 1 || channels === 3, "input.channels");
  const { model, weights } = fields(files, "files");
  require(isList(weights, maxShards) && weights.length > 0, "files.weights");
  const published = [model, ...(weights as unknown[])];
  require(published.every(isPublishedFile), "files");
  const bytes = (published as PublishedFile[]).reduce((sum, file) => sum + file.bytes, 0);
  require(bytes <= maxModelBytes, `files of ${bytes} bytes in all, more than ${maxModelBytes},`);
  require(isList(domainStatistics, maxStatistics) && domainStatistics.every(isStatistic), "domainStatistics");
  return value as Manifest;
}

function fields(value: unknown, name: string): Readonly<Record<string, unknown>> {
  require(typeof value === "object" && value !== null, name);
  return value as Readonly<Record<string, unknown>>;
}

function require(holds: boolean, name: string): asserts holds {
  if (holds) return;
  throw new LocalModelError(`the manifest has ${name} that no model can run with; publish the model anew`, {
    code: "invalid_manifest",
  });
}

function isPublishedFile(value: unknown): value is PublishedFile {
  const { key, bytes, sha256 } = (value ?? {}) as Partial<PublishedFile>;
  const isHash = typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256);
  return isHash && key === `blobs/sha256/${sha256}` && isWhole(bytes, maxModelBytes);
}

function isStatistic(value: unknown): boolean {
  const { name, mean, standardDeviation } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return isText(name) && Number.isFinite(mean) && Number.isFinite(standardDeviation);
}

function isList(value: unknown, most: number): value is unknown[] {
  return Array.isArray(value) && value.length <= most;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length > 0;
}

function isWhole(value: unknown, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;
}
