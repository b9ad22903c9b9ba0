import {
  latestPointerSchema,
  type Manifest,
  manifestSchema,
  modelIdSchema,
  type PublishedFile,
  pointerLifetimeMs,
  registryKeys,
  versionIdSchema,
} from "@unpaired/core/contracts";
import type { ModelFiles } from "@unpaired/engine";
import type { ZodType } from "zod";
import type { RegistryBucket } from "./bucket.ts";
import { ExpiringMap } from "./expiring-map.ts";
import { openPublishedFile, readObject, readPublishedFile } from "./read-object.ts";
import { RegistryError } from "./registry-error.ts";

const POINTER_BYTES = 1_024;
const MANIFEST_BYTES = 256 * 1_024;
/** Largest model this service loads; an isolate has 128 MB for everything. */
const MODEL_BYTES = 48 * 2 ** 20;

/** Reads what is published; everything but the `latest` pointers is immutable and kept. */
export interface ModelRegistry {
  /** Ids with a folder in the registry, sorted. */
  ids(): Promise<string[]>;
  /**
   * The version a model's pointer names.
   *
   * @throws RegistryError `model_not_found` or `model_unavailable`
   */
  latestVersion(id: string): Promise<string>;
  /** Versions of a model whose manifests lie in the registry, newest first. */
  versions(id: string): Promise<string[]>;
  /**
   * The manifest of one version, or of the latest.
   *
   * @throws RegistryError `model_not_found` or `model_unavailable`
   */
  manifest(id: string, version?: string): Promise<Manifest>;
  /**
   * The model's files, each checked against its SHA-256.
   *
   * @throws RegistryError `model_unavailable`
   */
  files(manifest: Manifest): Promise<ModelFiles>;
  /**
   * One published file as it comes out of the bucket, for whoever checks its SHA-256 himself.
   *
   * @throws RegistryError `model_unavailable`
   */
  open(file: PublishedFile): Promise<ReadableStream<Uint8Array>>;
}

/** @param nowMs the clock that pointers expire by */
export function createModelRegistry(bucket: RegistryBucket, nowMs: () => number): ModelRegistry {
  // null: there is no such pointer, which is worth remembering as long as a pointer is.
  const pointers = new ExpiringMap<string | null>({
    lifetimeMs: pointerLifetimeMs,
    capacity: 1_000,
    nowMs,
  });
  const manifests = new ExpiringMap<Manifest>({ lifetimeMs: Infinity, capacity: 1_000, nowMs });

  async function latestVersion(id: string): Promise<string> {
    let version = pointers.get(id);
    if (version === undefined) {
      const bytes = await readObject(bucket, registryKeys.latest(id), POINTER_BYTES);
      version = bytes ? parse(bytes, latestPointerSchema, registryKeys.latest(id)).version : null;
      pointers.set(id, version);
    }
    if (version === null) {
      throw new RegistryError(
        "model_not_found",
        `No model "${id}" is published; GET /models lists those that are.`,
      );
    }
    return version;
  }

  async function listAll(
    options: Pick<Parameters<RegistryBucket["list"]>[0], "prefix" | "delimiter">,
  ): Promise<{ readonly keys: string[]; readonly folders: string[] }> {
    const keys: string[] = [];
    const folders: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await bucket.list({ ...options, ...(cursor !== undefined && { cursor }) });
      keys.push(...page.objects.map(({ key }) => key));
      folders.push(...page.delimitedPrefixes);
      cursor = page.truncated ? page.cursor : undefined;
    } while (cursor !== undefined);
    return { keys, folders };
  }

  return {
    async ids() {
      const { folders } = await listAll({ prefix: registryKeys.models, delimiter: "/" });
      const ids = folders.map((folder) => folder.slice(registryKeys.models.length, -1));
      return ids.filter((id) => modelIdSchema.safeParse(id).success).sort();
    },

    latestVersion,

    async versions(id) {
      const prefix = `${registryKeys.models}${id}/`;
      const { keys } = await listAll({ prefix });
      return keys
        .filter((key) => key.endsWith(".json") && key !== registryKeys.latest(id))
        .map((key) => key.slice(prefix.length, -".json".length))
        .filter((version) => versionIdSchema.safeParse(version).success)
        .sort()
        .reverse();
    },

    async manifest(id, asked) {
      const version = asked ?? (await latestVersion(id));
      const key = registryKeys.manifest(id, version);
      const known = manifests.get(key);
      if (known) return known;
      const bytes = await readObject(bucket, key, MANIFEST_BYTES);
      if (!bytes && asked !== undefined) {
        throw new RegistryError(
          "model_not_found",
          `Model "${id}" has no version "${version}"; leave it out for the latest.`,
        );
      }
      if (!bytes) {
        throw new RegistryError("model_unavailable", `Manifest ${key} is missing; publish the model anew.`);
      }
      const manifest = parse(bytes, manifestSchema, key);
      if (manifest.id !== id || manifest.version !== version) {
        throw new RegistryError(
          "model_unavailable",
          `Manifest ${key} names another model; publish the model anew.`,
        );
      }
      manifests.set(key, manifest);
      return manifest;
    },

    async files({ id, version, files }) {
      const bytes = [files.model, ...files.weights].reduce((sum, file) => sum + file.bytes, 0);
      if (bytes > MODEL_BYTES) {
        throw new RegistryError(
          "model_unavailable",
          `Model ${id} ${version} is ${bytes} bytes, more than the ${MODEL_BYTES} this service loads; publish a smaller one.`,
        );
      }
      const model = await readPublishedFile(bucket, files.model);
      const weights: Uint8Array[] = [];
      for (const file of files.weights) weights.push(await readPublishedFile(bucket, file));
      return { model, weights };
    },

    open: (file) => openPublishedFile(bucket, file),
  };
}

function parse<Value>(bytes: Uint8Array, schema: ZodType<Value>, key: string): Value {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new RegistryError(
      "model_unavailable",
      `Published file ${key} is damaged; publish the model anew.`,
      cause,
    );
  }
}
