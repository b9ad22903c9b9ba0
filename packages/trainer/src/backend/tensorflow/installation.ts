import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { z } from "zod";

/** The TensorFlow that is installed, as pip's requirement and as the cache folder's name have it. */
export const TENSORFLOW_SERIES = "2.21";

/** What TensorFlow computes on. */
const tensorflowVariants = ["cpu", "gpu"] as const;

export type TensorflowVariant = (typeof tensorflowVariants)[number];

/** A plain path below the installation: no way out of it. */
const fileName = z.string().regex(/^(?!.*\.\.)[\w.+-]+(?:\/[\w.+-]+)*$/);

/** Counts up when the addon is built differently, so that an older one is not taken. */
export const INSTALLATION_SCHEMA = 2;

const installationSchema = z.object({
  schema: z.literal(INSTALLATION_SCHEMA),
  variant: z.enum(tensorflowVariants),
  /** Version the library itself reports. */
  tensorflow: z.string().min(1).max(40),
  platform: z.string(),
  architecture: z.string(),
  addon: fileName,
  files: z.array(z.object({ path: fileName, bytes: z.int().nonnegative() })).max(1000),
});

const otherSchema = z.object({ schema: z.int().refine((schema) => schema !== INSTALLATION_SCHEMA) });

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
  const unusable = (what: string) => ({
    reason: `The TensorFlow in ${folder} cannot be used (${what}); run trainer tensorflow install again.`,
  });
  const json = parseJson(text);
  if (otherSchema.safeParse(json).success) return unusable("another version of this program made it");
  const parsed = installationSchema.safeParse(json);
  if (!parsed.success) return unusable(`${RECORD_FILE} does not read`);
  const record = parsed.data;
  if (record.platform !== process.platform || record.architecture !== process.arch) {
    return unusable(`it was made for ${record.platform} ${record.architecture}`);
  }
  for (const { path, bytes } of record.files) {
    const found = statSync(join(folder, path), { throwIfNoEntry: false });
    if (found?.size !== bytes) return unusable(`${path} is ${found ? "not whole" : "missing"}`);
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
