import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../data/errors.ts";
import { listImages } from "../data/list-images.ts";

/** A folder of pictures and what it is for. */
export interface DataFolder {
  readonly directory: string;
  readonly domain: "A" | "B" | "pairs";
  readonly split: "train" | "test";
}

/** How a folder that somebody brings is laid out. */
export interface Layout {
  /**
   * `named`: trainA, trainB, testA, testB. `two folders`: any names, in `train`, `val` and `test` or at once. `pairs`: A on
   * the left of B in one picture.
   */
  readonly kind: "named" | "two folders" | "pairs";
  readonly folders: readonly DataFolder[];
}

const named = [
  { name: "trainA", domain: "A", split: "train" },
  { name: "trainB", domain: "B", split: "train" },
  { name: "testA", domain: "A", split: "test" },
  { name: "testB", domain: "B", split: "test" },
] as const;
/** Folders of a split, the ones not to learn from last. */
const splits = [
  { name: "train", split: "train" },
  { name: "val", split: "test" },
  { name: "test", split: "test" },
] as const;

/**
 * Recognises how a data set is laid out.
 *
 * @throws DataError `folder_missing`, or `folder_empty` with the layouts there are
 */
export async function findLayout(directory: string): Promise<Layout> {
  const holding = await foldersWithPictures(directory);
  if (holding.has("trainA") || holding.has("trainB")) {
    const folders = named.filter(({ name }) => holding.has(name));
    return {
      kind: "named",
      folders: folders.map(({ name, ...is }) => ({ directory: join(directory, name), ...is })),
    };
  }
  if (holding.has("train") || holding.has(".")) {
    const places = holding.has("train") ? splits : [{ name: ".", split: "train" } as const];
    const folders = places.filter(({ name }) => holding.has(name));
    return {
      kind: "pairs",
      folders: folders.map(({ name, split }) => ({
        directory: join(directory, name),
        domain: "pairs",
        split,
      })),
    };
  }
  const inSplits = await Promise.all(
    splits.map(async ({ name, split }) => twoFolders(join(directory, name), split)),
  );
  const atOnce = await twoFolders(directory, "train");
  const folders = inSplits[0]!.length > 0 ? inSplits.flat() : atOnce;
  if (folders.length > 0) return { kind: "two folders", folders };
  throw new DataError(
    "folder_empty",
    `${directory} is laid out in no way that is known (${holding.size} folders in it hold pictures); put the two sets of pictures into trainA and trainB.`,
  );
}

/** The two folders of pictures a folder holds, by name; none where there are not exactly two. */
async function twoFolders(directory: string, split: DataFolder["split"]): Promise<readonly DataFolder[]> {
  const [first, second, ...more] = [...(await foldersWithPictures(directory).catch(() => []))].sort();
  if (first === undefined || second === undefined || more.length > 0 || first === ".") return [];
  return [
    { directory: join(directory, first), domain: "A", split },
    { directory: join(directory, second), domain: "B", split },
  ];
}

async function foldersWithPictures(directory: string): Promise<Set<string>> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    throw new DataError(
      "folder_missing",
      `The folder ${directory} cannot be read; name a data set's folder.`,
      cause,
    );
  });
  const holding = new Set<string>();
  const candidates = entries
    .filter((entry) => !entry.isFile() && !entry.name.startsWith("."))
    .map(({ name }) => name);
  for (const name of [".", ...candidates]) {
    const files = await listImages(join(directory, name), { atLeast: 0 }).catch(() => []);
    if (files.length > 0) holding.add(name);
  }
  return holding;
}
