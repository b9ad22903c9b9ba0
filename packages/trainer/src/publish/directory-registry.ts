import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { isSystemError, writeAtomically } from "../checkpoint/atomic-write.ts";
import { RegistryError } from "./errors.ts";
import type { Registry } from "./registry.ts";

/**
 * A registry in a folder, which is made when something is first put into it. Every file appears whole, by renaming. Two
 * that publish the same version of a model in the same millisecond are not kept apart, unlike in a bucket.
 */
export function createDirectoryRegistry(directory: string): Registry {
  const place = (key: string) => join(directory, key);

  async function size(key: string): Promise<number | undefined> {
    const found = await unlessMissing(place(key), stat(place(key)));
    return found?.isFile() ? found.size : undefined;
  }

  async function read(key: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const bytes = await size(key);
    if (bytes === undefined) return undefined;
    if (bytes > maxBytes) {
      throw new RegistryError(`${place(key)} has ${bytes} bytes, more than the ${maxBytes} it may have.`, {
        code: "object_too_large",
      });
    }
    return unlessMissing(place(key), readFile(place(key)));
  }

  return {
    name: directory,

    read: (key, { maxBytes }) => read(key, maxBytes),

    size,

    async putBlob({ key, bytes: length, sha256 }, bytes) {
      if ((await size(key)) === length) {
        const there = await read(key, length);
        if (there && createHash("sha256").update(there).digest("hex") === sha256) return false;
      }
      await writeAtomically(place(key), bytes);
      return true;
    },

    async putNew(key, bytes) {
      if ((await size(key)) !== undefined) return false;
      await writeAtomically(place(key), bytes);
      return true;
    },

    putPointer: (key, bytes) => writeAtomically(place(key), bytes),

    async list(prefix) {
      const folder = place(prefix);
      const entries = await unlessMissing(folder, readdir(folder, { recursive: true, withFileTypes: true }));
      return (entries ?? [])
        .filter((entry) => entry.isFile())
        .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join("/"));
    },
  };
}

async function unlessMissing<Found>(path: string, looking: Promise<Found>): Promise<Found | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new RegistryError(`${path} could not be read (${error.code}); make it readable, or move it away.`, {
      code: "not_readable",
      cause: error,
    });
  }
}
