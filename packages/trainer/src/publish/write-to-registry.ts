import { createHash } from "node:crypto";
import type { GraphModelFiles } from "@unpaired/core";
import {
  latestPointerSchema,
  type Manifest,
  manifestSchema,
  type PublishedFile,
  registryKeys,
} from "@unpaired/core/contracts";
import { PublishError } from "../errors.ts";
import { MANIFEST_BYTES } from "./read-published.ts";
import type { Registry } from "./registry.ts";

/** A manifest before its files have a place. */
export type ManifestFacts = Omit<Manifest, "files" | "schemaVersion">;

/** A model to put into a registry. */
export interface UnpublishedModel {
  readonly facts: ManifestFacts;
  readonly files: GraphModelFiles;
}

/** Options of {@link writeToRegistry}. */
export interface WriteOptions {
  /** Heeded until every file is there; what comes then are the small writes that make it visible. */
  readonly signal?: AbortSignal | undefined;
  /** Called at the start and after each file that has arrived, or turned out to be there. */
  readonly onProgress?:
    | ((progress: { readonly doneBytes: number; readonly totalBytes: number }) => void)
    | undefined;
}

/**
 * Publishes models: the files of all, then their manifests, then their pointers, so that a publish cut off anywhere leaves
 * readers what they had.
 *
 * @throws PublishError `version_exists` when a version is there already, `invalid_manifest` when the facts do not hold;
 * RegistryError, StorageError; the signal's reason when it is aborted
 */
export async function writeToRegistry(
  registry: Registry,
  models: readonly UnpublishedModel[],
  { signal, onProgress }: WriteOptions = {},
): Promise<Manifest[]> {
  const manifests = models.map(({ facts, files }) => describeModel(facts, files));
  for (const { id, version } of manifests) {
    const taken = await registry.read(registryKeys.manifest(id, version), {
      maxBytes: MANIFEST_BYTES,
      signal,
    });
    if (taken !== undefined) throw versionExists(id, version);
  }
  const blobs = new Map<string, readonly [PublishedFile, Uint8Array]>();
  for (const [index, { files }] of models.entries()) {
    const { model, weights } = manifests[index]!.files;
    blobs.set(model.key, [model, files.model]);
    for (const [shard, file] of weights.entries()) blobs.set(file.key, [file, files.weights[shard]!]);
  }
  const totalBytes = [...blobs.values()].reduce((sum, [{ bytes }]) => sum + bytes, 0);
  let doneBytes = 0;
  onProgress?.({ doneBytes, totalBytes });
  for (const [file, bytes] of blobs.values()) {
    signal?.throwIfAborted();
    await registry.putBlob(file, bytes, signal);
    doneBytes += file.bytes;
    onProgress?.({ doneBytes, totalBytes });
  }
  signal?.throwIfAborted();
  for (const manifest of manifests) {
    const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
    const fresh = await registry.putNew(registryKeys.manifest(manifest.id, manifest.version), text);
    if (!fresh) throw versionExists(manifest.id, manifest.version);
  }
  for (const { id, version } of manifests) await pointTo(registry, id, version);
  return manifests;
}

/** Makes a version the one that readers are given. */
export async function pointTo(registry: Registry, id: string, version: string): Promise<void> {
  const pointer = latestPointerSchema.parse({ version });
  await registry.putPointer(
    registryKeys.latest(id),
    new TextEncoder().encode(`${JSON.stringify(pointer)}\n`),
  );
}

function describeModel(facts: ManifestFacts, files: GraphModelFiles): Manifest {
  const model = describeFile(files.model);
  const weights = files.weights.map(describeFile);
  const parsed = manifestSchema.safeParse({ schemaVersion: 1, ...facts, files: { model, weights } });
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw invalidManifest(facts.id, `${issue.path.join(".")}: ${issue.message}`, parsed.error);
  }
  // Its manifest would lie where the pointer does.
  if (parsed.data.version === "latest")
    throw invalidManifest(facts.id, "version: no version is called latest");
  return parsed.data;
}

function invalidManifest(id: string, why: string, cause?: unknown): PublishError {
  return new PublishError(`The manifest of ${id} is not valid: ${why}.`, { code: "invalid_manifest", cause });
}

function versionExists(id: string, version: string): PublishError {
  return new PublishError(`${id} ${version} is published already; versions never change.`, {
    code: "version_exists",
  });
}

function describeFile(bytes: Uint8Array): PublishedFile {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { key: registryKeys.blob(sha256), bytes: bytes.length, sha256 };
}
