import { basename, extname } from "node:path";
import { DataError } from "./errors.ts";
import { listImages } from "./list-images.ts";

/**
 * Lists the pictures of two folders whose names match but for the ending, in one order.
 *
 * @throws DataError as {@link listImages}; `pair_incomplete` when a picture's other half is missing or there are two
 */
export async function listPairs(
  directoryA: string,
  directoryB: string,
): Promise<{ readonly filesA: string[]; readonly filesB: string[] }> {
  const namedA = byName(await listImages(directoryA));
  const namedB = byName(await listImages(directoryB));
  for (const [named, others, directory] of [
    [namedA, namedB, directoryB],
    [namedB, namedA, directoryA],
  ] as const) {
    for (const [name, file] of named) {
      if (others.has(name)) continue;
      throw new DataError(
        "pair_incomplete",
        `${file} has no counterpart named ${name} in ${directory}; add it, or remove this picture.`,
      );
    }
  }
  return { filesA: [...namedA.values()], filesB: [...namedA.keys()].map((name) => namedB.get(name)!) };
}

function byName(files: readonly string[]): Map<string, string> {
  const named = new Map<string, string>();
  for (const file of files) {
    const name = basename(file, extname(file));
    const other = named.get(name);
    if (other !== undefined) {
      throw new DataError(
        "pair_incomplete",
        `${other} and ${file} have one name, so that their counterpart is not clear; rename or remove one.`,
      );
    }
    named.set(name, file);
  }
  return named;
}
