import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { ServeError } from "./serve-error.ts";

/** What a copy needs of a bucket. */
export interface WritableBucket {
  put(key: string, value: Uint8Array): Promise<unknown>;
}

/** Brings a bucket up to date with a registry directory. */
export interface RegistryCopier {
  /**
   * Copies what is new, in the order a publisher writes it: blobs, manifests and pictures, pointers and studies.
   *
   * @returns keys copied
   */
  copy(): Promise<string[]>;
}

/** @param directory its files' relative paths are the bucket's keys */
export function createRegistryCopier(directory: string, bucket: WritableBucket): RegistryCopier {
  // Everything but the pointers is immutable and copied once; of a pointer, this is the text last copied.
  const copied = new Map<string, string | undefined>();

  async function copyFile(key: string): Promise<boolean> {
    const isPointer = key.endsWith("/latest.json");
    if (copied.has(key) && !isPointer) return false;
    const bytes = new Uint8Array(await readFile(join(directory, key)));
    const text = isPointer ? new TextDecoder().decode(bytes) : undefined;
    if (copied.has(key) && copied.get(key) === text) return false;
    await bucket.put(key, bytes);
    copied.set(key, text);
    return true;
  }

  return {
    async copy() {
      const keys = await registryFiles(directory);
      const done: string[] = [];
      for (const key of keys.sort((left, right) => rank(left) - rank(right))) {
        if (await copyFile(key)) done.push(key);
      }
      return done;
    },
  };
}

function rank(key: string): number {
  if (key.startsWith("blobs/")) return 0;
  return /\/(latest|study)\.json$/.test(key) ? 2 : 1;
}

async function registryFiles(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join("/"))
      .filter((key) =>
        /^(blobs\/sha256\/[0-9a-f]{64}|models\/[^/]+\/[^/]+\.json|studies\/[^/]+\/(study\.json|pictures\/[^/]+\.webp))$/.test(
          key,
        ),
      );
  } catch (cause) {
    throw new ServeError(
      "registry_unreadable",
      `Registry ${directory} cannot be read; check that it is a folder.`,
      cause,
    );
  }
}
