import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, extname } from "node:path";
import { listImages } from "../data/index.ts";

/** A folder of pictures that figures are measured against. */
export interface ReferenceSet {
  readonly folder: string;
  /** Paths sorted by name. */
  readonly files: readonly string[];
  /** SHA-256 of what `sha256sum` prints for the files in this order: names and content. */
  readonly sha256: string;
}

/**
 * Lists a folder's pictures and takes their hash.
 *
 * @param most uses at most this many, the first by name
 * @throws DataError `folder_missing`, `folder_empty`
 */
export async function openReferenceSet(
  folder: string,
  most = Number.POSITIVE_INFINITY,
): Promise<ReferenceSet> {
  const files = (await listImages(folder)).slice(0, most);
  const list = createHash("sha256");
  for (const file of files) list.update(`${await hashOf(file)}  ${basename(file)}\n`);
  return { folder, files, sha256: list.digest("hex") };
}

/** Name of a picture without its ending, by which pairs are found. */
export function pictureName(file: string): string {
  return basename(file, extname(file));
}

/** A set's files by name. */
export function filesByName({ files }: ReferenceSet): ReadonlyMap<string, string> {
  return new Map(files.map((file) => [pictureName(file), file]));
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file)) hash.update(piece as Uint8Array);
  return hash.digest("hex");
}
