import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { z } from "zod";

/** The TensorFlow that is installed, as pip's requirement and as the cache folder's name have it. */
export const TENSORFLOW_SERIES = "2.21";

/** What TensorFlow computes on. */
export const tensorflowVariants = ["cpu", "gpu"] as const;

export type TensorflowVariant = (typeof tensorflowVariants)[number];

/** A plain path below the installation: no way out of it. */
const fileName = z.string().regex(/^(?!.*\.\.)[\w.+-]+(?:\/[\w.+-]+)*$/);

const installationSchema = z.object({
  schema: z.literal(1),
  variant: z.enum(tensorflowVariants),
  /** Version the library itself reports. */
  tensorflow: z.string().min(1).max(40),
  platform: z.string(),
  architecture: z.string(),
  addon: fileName,
  files: z.array(z.object({ path: fileName, bytes: z.int().nonnegative() })).max(1000),
});

/** What an installation's `installation.json` says. */
export type InstallationRecord = z.output<typeof installationSchema>;

/** An installation that was found whole. */
export interface Installation extends InstallationRecord {
  readonly folder: string;
}

export const RECORD_FILE = "installation.json";

/** Environment and home this looks in; injected so that tests have their own. */
export interface Surroundings {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
}

/** Folder of what this project keeps between installs: `$XDG_CACHE_HOME/unpaired`, else `~/.cache/unpaired`. */
export function cacheFolder({ environment = process.env, home = homedir() }: Surroundings = {}): string {
  const { XDG_CACHE_HOME } = environment;
  // The specification tells programs to ignore a relative path.
  const base = XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(home, ".cache");
  return join(base, "unpaired");
}

/** Folder TensorFlow is installed in on this kind of machine; it may not exist. */
export function installationFolder(surroundings?: Surroundings): string {
  return join(
    cacheFolder(surroundings),
    `tensorflow-${TENSORFLOW_SERIES}-${process.platform}-${process.arch}`,
  );
}

/**
 * Reads what is installed and looks that every file is there in full.
 *
 * @returns the installation, or why there is none to use
 */
export function findInstallation(surroundings?: Surroundings): Installation | { readonly reason: string } {
  const folder = installationFolder(surroundings);
  let text: string;
  try {
    text = readFileSync(join(folder, RECORD_FILE), "utf8");
  } catch {
    return { reason: "TensorFlow is not installed; run trainer tensorflow install." };
  }
  const damaged = (what: string) => ({
    reason: `The TensorFlow in ${folder} is damaged (${what}); run trainer tensorflow install again.`,
  });
  const parsed = installationSchema.safeParse(parseJson(text));
  if (!parsed.success) return damaged(`${RECORD_FILE} does not read`);
  const record = parsed.data;
  if (record.platform !== process.platform || record.architecture !== process.arch) {
    return damaged(`it was made for ${record.platform} ${record.architecture}`);
  }
  for (const { path, bytes } of record.files) {
    const found = statSync(join(folder, path), { throwIfNoEntry: false });
    if (found?.size !== bytes) return damaged(`${path} is ${found ? "not whole" : "missing"}`);
  }
  return { ...record, folder };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
