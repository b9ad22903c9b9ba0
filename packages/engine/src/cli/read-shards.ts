import { array, member, name, record } from "../graph-model/json.ts";
import { insideFolder } from "./inside-folder.ts";
import { readBounded } from "./read-bounded.ts";

const MAX_GROUPS = 1024;
const MAX_SHARDS = 1024;
/** Largest sum of a model's shards that is read, in bytes. */
export const MAX_WEIGHTS_BYTES = 2 ** 30;

/**
 * Weight shards in the order a `weightsManifest` lists them.
 *
 * @throws CliError `unreadable_model` when one is missing, outside the folder, or all are too large together
 * @throws EngineError `invalid_model` when the manifest is none
 */
export async function readShards(folder: string, manifest: unknown): Promise<Uint8Array[]> {
  const shards: Uint8Array[] = [];
  let left = MAX_WEIGHTS_BYTES;
  for (const entry of array(manifest, "weightsManifest", MAX_GROUPS)) {
    const group = record(entry, "A weightsManifest group");
    for (const path of array(member(group, "paths"), "A weightsManifest group's paths", MAX_SHARDS)) {
      const shard = await insideFolder(folder, name(path, "A weight file's path"));
      const bytes = await readBounded(shard, left);
      left -= bytes.byteLength;
      shards.push(bytes);
    }
  }
  return shards;
}
