import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import type { TrainConfig } from "../run/config.ts";

/** Where a data set keeps what a run is measured by. */
export interface FoundReferences {
  readonly a?: string;
  readonly b?: string;
  /** Label maps of the test scenes where neither domain is one. */
  readonly labels?: string;
  /** What drew it, where it says so. */
  readonly dataSet?: "seasons" | "seasons-labels";
}

const recordSchema = z.object({ dataSet: z.enum(["seasons", "seasons-labels"]) });

/** The test folders that lie beside a run's training folders: `trainA` → `testA`, `trainB` → `testB`, `testLabels`. */
export async function findReferences({ data }: TrainConfig): Promise<FoundReferences> {
  const { directoryA, directoryB } = data;
  const a = directoryA === undefined ? undefined : await folderAt(testFolder(directoryA));
  const b = directoryB === undefined ? undefined : await folderAt(testFolder(directoryB));
  const parent = directoryA === undefined ? undefined : dirname(directoryA);
  const labels = parent === undefined ? undefined : await folderAt(join(parent, "testLabels"));
  const dataSet = parent === undefined ? undefined : await dataSetAt(parent);
  return { ...(a && { a }), ...(b && { b }), ...(labels && { labels }), ...(dataSet && { dataSet }) };
}

/** What a folder's record says it is. */
async function dataSetAt(folder: string): Promise<FoundReferences["dataSet"]> {
  for (const name of ["seasons", "seasons-labels"]) {
    const text = await readFile(join(folder, `${name}.json`), "utf8").catch(() => undefined);
    if (text === undefined) continue;
    try {
      return recordSchema.safeParse(JSON.parse(text)).data?.dataSet;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

function testFolder(trainFolder: string): string {
  return join(dirname(trainFolder), basename(trainFolder).replace(/^train/i, "test"));
}

async function folderAt(path: string): Promise<string | undefined> {
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  return isFolder ? path : undefined;
}
