import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { MAX_MODEL_JSON_BYTES, member, parseJson } from "../graph-model/json.ts";
import type { ModelFiles } from "../session-types.ts";
import type { ImageSize } from "./image-size.ts";
import { readBounded } from "./read-bounded.ts";
import { readPublished } from "./read-published.ts";
import { readShards } from "./read-shards.ts";

/** A model read from disk. */
export interface ModelOnDisk {
  readonly files: ModelFiles;
  /** What to call it. */
  readonly title: string;
  /** Size it was trained for, where its files say so. */
  readonly size?: ImageSize;
}

/**
 * Reads a graph model: a `model.json`, a folder that holds one, or a registry's manifest (`models/<id>/<version>.json`
 * or `latest.json`).
 *
 * @throws CliError `unreadable_model` when a file is missing, too large or outside the model's folder
 * @throws EngineError `invalid_model` when `model.json` is no such file
 */
export async function readModel(path: string): Promise<ModelOnDisk> {
  const entry = await stat(path).catch(() => undefined);
  const file = entry?.isDirectory() ? join(path, "model.json") : path;
  const model = await readBounded(file, MAX_MODEL_JSON_BYTES);
  const json = parseJson(model);
  if (member(json, "schemaVersion") !== undefined || basename(file) === "latest.json") {
    return readPublished(file, json);
  }
  const weights = await readShards(dirname(file), member(json, "weightsManifest"));
  return { files: { model, weights }, title: join(basename(dirname(file)), basename(file)) };
}
