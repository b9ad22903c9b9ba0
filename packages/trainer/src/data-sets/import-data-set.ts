import { existsSync } from "node:fs";
import { copyFile, link, mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { createRandom } from "@unpaired/core";
import { fillFolder } from "../checkpoint/fill-folder.ts";
import { DataError } from "../data/errors.ts";
import { listImages } from "../data/list-images.ts";
import type { Examination } from "./examine-data-set.ts";

/** Options of {@link importDataSet}. */
export interface ImportDataSetOptions {
  readonly examination: Examination;
  /** Folder that gets `trainA`, `trainB`, `testA` and `testB`. */
  readonly out: string;
  /** Share of a domain that is put aside to test with where it brings nothing to test with. */
  readonly holdout: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Pictures of each folder that was written. */
export type ImportedDataSet = Readonly<Record<"trainA" | "trainB" | "testA" | "testB", number>>;

/**
 * Lays an examined data set out as `trainA`, `trainB`, `testA` and `testB` in a new folder, which appears once all of it
 * is there: hard links where the disk allows, copies elsewhere. Damaged pictures, duplicates and leaks are left out.
 *
 * @throws DataError `folder_in_use`, `pair_mismatch` where the pictures are pairs, `too_few_images` where a domain ends up empty
 * @throws StorageError `disk_full` or `not_writable`
 */
export async function importDataSet({
  examination: { layout, folders, findings },
  out,
  holdout,
  seed,
  signal,
}: ImportDataSetOptions): Promise<ImportedDataSet> {
  if (existsSync(out)) throw new DataError("folder_in_use", `${out} exists; choose another --out.`);
  if (layout.kind === "pairs") {
    throw new DataError(
      "pair_mismatch",
      `${folders[0]!.directory} holds pairs side by side; train on them with --pairs, or take them apart with "trainer data split".`,
    );
  }
  const lists = await listByPlace(folders);
  // Pictures of the same names belong together, and one never leaves without the other.
  const paired = sameNames(lists.trainA, lists.trainB);
  const damaged = findings.flatMap(({ leaveOut }) => leaveOut);
  const leftOut = new Set(paired ? damaged.map((file) => basename(file)) : damaged);
  const stays = (file: string) => !leftOut.has(paired ? basename(file) : file);
  const plan = new Map<string, string[]>();
  for (const domain of ["A", "B"] as const) {
    const train = lists[`train${domain}`].filter(stays);
    const test = lists[`test${domain}`].filter(stays);
    const wanted = test.length > 0 ? 0 : Math.floor(train.length * holdout);
    const { integer } = createRandom(seed).fork(paired ? "pairs" : domain);
    for (let taken = 0; taken < wanted; taken++) test.push(...train.splice(integer(train.length), 1));
    if (train.length < 2) {
      throw new DataError(
        "too_few_images",
        `Only ${train.length} usable pictures of ${domain} to learn from; bring more.`,
      );
    }
    plan.set(`train${domain}`, train).set(`test${domain}`, test);
  }
  await fillFolder(out, async (partial) => {
    for (const [folder, files] of plan) {
      if (files.length === 0) continue;
      await mkdir(join(partial, folder), { recursive: true });
      for (const [index, file] of files.entries()) {
        signal?.throwIfAborted();
        // Two folders of one split may use the same name for different pictures.
        const place = join(partial, folder, basename(file));
        await linkOrCopy(
          file,
          existsSync(place) ? join(partial, folder, `${index}-${basename(file)}`) : place,
        );
      }
    }
  });
  const count = (folder: string) => plan.get(folder)?.length ?? 0;
  return { trainA: count("trainA"), trainB: count("trainB"), testA: count("testA"), testB: count("testB") };
}

type Lists = Readonly<Record<keyof ImportedDataSet, string[]>>;

async function listByPlace(folders: Examination["folders"]): Promise<Lists> {
  const lists: Lists = { trainA: [], trainB: [], testA: [], testB: [] };
  for (const { domain, split, directory } of folders) {
    if (domain !== "pairs") lists[`${split}${domain}`].push(...(await listImages(directory)));
  }
  return lists;
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return (
    one.length === other.length && one.every((path, index) => basename(path) === basename(other[index]!))
  );
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  // Another disk, or one that knows no hard links.
  await link(from, to).catch(() => copyFile(from, to));
}
