import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { backendNames } from "../backend/select.ts";
import { removeLeftovers, writeAtomically } from "../checkpoint/atomic-write.ts";
import { ConfigError } from "../errors.ts";
import type { TableSetting } from "./experiment.ts";

/** Places inside a table's folder. */
export function tablePaths(folder: string) {
  return {
    setting: join(folder, "setting.json"),
    data: join(folder, "data"),
    segmenter: join(folder, "segmenter"),
    run: (name: string) => join(folder, "runs", name),
    evaluation: (name: string) => join(folder, "evaluations", `${name}.json`),
    result: join(folder, "table.json"),
    page: join(folder, "report.html"),
  };
}

const settingSchema = z.strictObject({
  recipe: z.string(),
  domains: z.strictObject({ A: z.string(), B: z.string() }),
  sizePixels: z.int(),
  steps: z.int(),
  backend: z.enum(backendNames),
  data: z.record(z.string(), z.union([z.string(), z.number()])),
  segmenterSteps: z.int().optional(),
});

/** The setting a folder's table was begun with, or nothing where none was. @throws ConfigError `damaged_table` */
export async function readSetting(folder: string): Promise<TableSetting | undefined> {
  const path = tablePaths(folder).setting;
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const { segmenterSteps, ...setting } = settingSchema.parse(JSON.parse(text));
    return { ...setting, ...(segmenterSteps !== undefined && { segmenterSteps }) };
  } catch (cause) {
    throw new ConfigError(`${path} is not what this command writes; give another --out.`, {
      code: "damaged_table",
      cause,
    });
  }
}

/**
 * Makes a folder a table's own, or goes on with it; what killed writers left goes.
 *
 * @throws ConfigError `other_table` when it holds another setting's, `folder_in_use` when it holds anything else
 */
export async function claimTableFolder(folder: string, setting: TableSetting): Promise<void> {
  const begun = await readSetting(folder);
  if (begun) {
    const differing = Object.keys(setting).find(
      (key) => JSON.stringify(Reflect.get(setting, key)) !== JSON.stringify(Reflect.get(begun, key)),
    );
    if (differing === undefined) return tidy(folder);
    throw new ConfigError(
      `${folder} holds a table of another setting (${differing}: ${JSON.stringify(Reflect.get(begun, differing))}, not ${JSON.stringify(Reflect.get(setting, differing))}); give another --out, or the options it was begun with.`,
      { code: "other_table" },
    );
  }
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new ConfigError(`Cannot make the folder ${folder}; give another --out.`, {
      code: "folder_in_use",
      cause,
    });
  });
  if ((await readdir(folder)).some((name) => !name.endsWith(".partial"))) {
    throw new ConfigError(`${folder} holds something else; give another --out.`, { code: "folder_in_use" });
  }
  await writeAtomically(tablePaths(folder).setting, `${JSON.stringify(setting, null, 2)}\n`);
}

async function tidy(folder: string): Promise<void> {
  await removeLeftovers(folder);
  for (const name of await readdir(folder)) {
    if (/^segmenter\.\d+\.partial$/.test(name))
      await rm(join(folder, name), { recursive: true, force: true });
  }
}
