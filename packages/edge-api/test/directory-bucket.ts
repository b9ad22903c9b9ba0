import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { RegistryBucket } from "../src/model-registry/bucket.ts";

/** A registry directory as the bucket it stands for. */
export function directoryBucket(directory: string): RegistryBucket {
  return {
    async get(key) {
      const file = await readFile(join(directory, key)).catch(() => null);
      if (file === null) return null;
      const bytes = new Uint8Array(file);
      return { size: bytes.length, body: new Blob([bytes]).stream(), arrayBuffer: async () => bytes.buffer };
    },
    async list({ prefix, delimiter }) {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true });
      const keys = entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join("/"))
        .filter((key) => key.startsWith(prefix));
      const rest = (key: string) => key.slice(prefix.length);
      const isInFolder = (key: string) => delimiter !== undefined && rest(key).includes(delimiter);
      const folders = keys
        .filter(isInFolder)
        .map((key) => `${prefix}${rest(key).split(delimiter!)[0]}${delimiter}`);
      return {
        objects: keys.filter((key) => !isInFolder(key)).map((key) => ({ key })),
        delimitedPrefixes: [...new Set(folders)],
        truncated: false,
      };
    },
  };
}
