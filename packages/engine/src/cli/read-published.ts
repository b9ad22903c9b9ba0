import { createHash } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import { latestPointerSchema, manifestSchema, type PublishedFile } from "@unpaired/core/contracts";
import { MAX_MODEL_JSON_BYTES, parseJson } from "../graph-model/json.ts";
import { unreadable } from "./errors.ts";
import { insideFolder } from "./inside-folder.ts";
import { readBounded } from "./read-bounded.ts";
import type { ModelOnDisk } from "./read-model.ts";

/**
 * Reads a model out of a registry on disk, every file checked against its hash.
 *
 * @param path `<registry>/models/<id>/<version>.json` or `latest.json`, whose content is `json`
 * @throws CliError `unreadable_model` when the manifest is none or a file is not the one it names
 */
export async function readPublished(path: string, json: unknown): Promise<ModelOnDisk> {
  const folder = dirname(path);
  if (basename(path) === "latest.json") {
    const pointer = latestPointerSchema.safeParse(json);
    if (!pointer.success) throw malformed(path, "pointer to a version");
    const version = join(folder, `${pointer.data.version}.json`);
    return readManifest(version, parseJson(await readBounded(version, MAX_MODEL_JSON_BYTES)));
  }
  return readManifest(path, json);
}

async function readManifest(path: string, json: unknown): Promise<ModelOnDisk> {
  const manifest = manifestSchema.safeParse(json);
  if (!manifest.success) throw malformed(path, "manifest");
  const { id, version, files, input } = manifest.data;
  const registry = resolve(dirname(path), "../..");
  const model = await readBlob(registry, files.model);
  const weights: Uint8Array[] = [];
  for (const file of files.weights) weights.push(await readBlob(registry, file));
  return {
    files: { model, weights },
    title: `${id} ${version}`,
    size: { width: input.sizePixels, height: input.sizePixels },
  };
}

async function readBlob(registry: string, { key, bytes, sha256 }: PublishedFile): Promise<Uint8Array> {
  const blob = await readBounded(await insideFolder(registry, key), bytes);
  if (createHash("sha256").update(blob).digest("hex") !== sha256) {
    throw unreadable(`"${key}" is not the file that was published under that name; publish the model again.`);
  }
  return blob;
}

function malformed(path: string, what: string) {
  return unreadable(
    `"${basename(path)}" is no ${what} of a registry; name a model.json or a published manifest.`,
  );
}
