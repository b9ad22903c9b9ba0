import { createHash } from "node:crypto";
import {
  latestPointerSchema,
  type Manifest,
  manifestSchema,
  type PublishedFile,
  registryKeys,
  versionIdSchema,
} from "@unpaired/core/contracts";
import type { ModelFiles } from "@unpaired/engine";
import type { ZodType } from "zod";
import { RegistryError } from "./errors.ts";
import { inParallel } from "./in-parallel.ts";
import type { Registry } from "./registry.ts";

/** Largest manifest that is read, by the service too. */
export const MANIFEST_BYTES = 256 * 1024;
const POINTER_BYTES = 1024;
const AT_ONCE = 4;

/**
 * The version that readers of a model are given; undefined where nothing says.
 *
 * @throws RegistryError `damaged` when the pointer is none
 */
export async function readPointer(
  registry: Registry,
  id: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const key = registryKeys.latest(id);
  const bytes = await registry.read(key, { maxBytes: POINTER_BYTES, signal });
  return bytes && parse(bytes, latestPointerSchema, key, registry).version;
}

/**
 * The manifest of one version.
 *
 * @throws RegistryError `version_not_found`, or `damaged` when it is no manifest or that of another
 */
export async function readManifest(
  registry: Registry,
  id: string,
  version: string,
  signal?: AbortSignal,
): Promise<Manifest> {
  const key = registryKeys.manifest(id, version);
  const bytes = await registry.read(key, { maxBytes: MANIFEST_BYTES, signal });
  if (!bytes) {
    throw new RegistryError(
      `${registry.name} has no version ${version} of ${id}; \`trainer list ${id}\` shows those it has.`,
      { code: "version_not_found" },
    );
  }
  const manifest = parse(bytes, manifestSchema, key, registry);
  if (manifest.id === id && manifest.version === version) return manifest;
  throw damaged(key, registry, "is that of another model or version");
}

/** Ids and versions of the manifests in a registry, or of one model's; oldest versions first. */
export async function listVersions(
  registry: Registry,
  id?: string,
  signal?: AbortSignal,
): Promise<Map<string, string[]>> {
  const prefix = id === undefined ? registryKeys.models : `${registryKeys.models}${id}/`;
  const models = new Map<string, string[]>();
  for (const key of (await registry.list(prefix, signal)).sort()) {
    const [, model, version] = /^models\/([a-z0-9][a-z0-9._-]{0,63})\/([^/]+)\.json$/.exec(key) ?? [];
    if (model === undefined || !versionIdSchema.safeParse(version).success) continue;
    const versions = models.get(model) ?? [];
    models.set(model, versions);
    if (version !== "latest") versions.push(version!);
  }
  return models;
}

/** Bytes of a model's files together. */
export function filesBytes({ files }: Manifest): number {
  return [files.model, ...files.weights].reduce((sum, { bytes }) => sum + bytes, 0);
}

/**
 * Makes sure that every file of a version is there with its size.
 *
 * @param hashes read them all and compare their SHA-256 too
 * @throws RegistryError `damaged`
 */
export async function checkFiles(
  registry: Registry,
  manifest: Manifest,
  { hashes, signal }: { readonly hashes: boolean; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  await inParallel(AT_ONCE, [manifest.files.model, ...manifest.files.weights], async (file) => {
    const { key, bytes } = file;
    const found = await registry.size(key, signal);
    const of = `of ${manifest.id} ${manifest.version}`;
    if (found === undefined) throw damaged(key, registry, `${of} is missing`);
    if (found !== bytes) throw damaged(key, registry, `${of} has ${found} bytes instead of ${bytes}`);
    if (hashes) await readFile(registry, manifest, file, signal);
  });
}

/**
 * A version's files.
 *
 * @throws RegistryError `damaged` when one is missing or not what its hash says
 */
export async function readFiles(
  registry: Registry,
  manifest: Manifest,
  signal?: AbortSignal,
): Promise<ModelFiles> {
  const { model, weights } = manifest.files;
  const [first, ...others] = await inParallel(AT_ONCE, [model, ...weights], (file) =>
    readFile(registry, manifest, file, signal),
  );
  return { model: first!, weights: others };
}

async function readFile(
  registry: Registry,
  { id, version }: Manifest,
  { key, bytes, sha256 }: PublishedFile,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const content = await registry.read(key, { maxBytes: bytes, signal });
  if (content && createHash("sha256").update(content).digest("hex") === sha256) return content;
  throw damaged(
    key,
    registry,
    `of ${id} ${version} ${content ? "does not have the content its name says" : "is missing"}`,
  );
}

function parse<Value>(bytes: Uint8Array, schema: ZodType<Value>, key: string, registry: Registry): Value {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw damaged(key, registry, "cannot be read", cause);
  }
}

function damaged(key: string, registry: Registry, what: string, cause?: unknown): RegistryError {
  return new RegistryError(`${key} in ${registry.name} ${what}; publish the model anew.`, {
    code: "damaged",
    cause,
  });
}
