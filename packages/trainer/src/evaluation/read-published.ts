import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Manifest } from "@unpaired/core/contracts";
import type { ModelFiles } from "@unpaired/engine";
import { createDirectoryRegistry } from "../publish/directory-registry.ts";
import { RegistryError } from "../publish/errors.ts";
import { readFiles, readManifest, readPointer } from "../publish/read-published.ts";

/** A published model's description and files. */
export interface PublishedModel {
  readonly manifest: Manifest;
  readonly files: ModelFiles;
}

/** Whether a path is a model's folder in a registry, or one of its manifests. */
export async function isPublished(path: string): Promise<boolean> {
  const found = (at: string) =>
    stat(at).then(
      (entry) => entry.isFile(),
      () => false,
    );
  return path.endsWith(".json") ? found(path) : found(join(path, "latest.json"));
}

/**
 * Reads a published model from a registry's folder, every file against its SHA-256.
 *
 * @param path `REGISTRY/models/ID` for the version readers are given, or a version's manifest in it
 * @throws RegistryError `damaged` or `version_not_found`
 */
export async function readPublished(path: string): Promise<PublishedModel> {
  const ofVersion = path.endsWith(".json") && basename(path) !== "latest.json";
  const folder = resolve(path.endsWith(".json") ? dirname(path) : path);
  const registry = createDirectoryRegistry(resolve(folder, "..", ".."));
  const id = basename(folder);
  const version = ofVersion ? basename(path, ".json") : await readPointer(registry, id);
  if (version === undefined) {
    throw new RegistryError(`${folder} names no version; publish the model again.`, { code: "damaged" });
  }
  const manifest = await readManifest(registry, id, version);
  return { manifest, files: await readFiles(registry, manifest) };
}
