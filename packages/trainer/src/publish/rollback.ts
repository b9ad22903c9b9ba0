import { modelIdSchema, versionIdSchema } from "@unpaired/core/contracts";
import { ConfigError } from "../errors.ts";
import { RegistryError } from "./errors.ts";
import { checkFiles, filesBytes, listVersions, readManifest, readPointer } from "./read-published.ts";
import type { Registry } from "./registry.ts";
import { pointTo } from "./write-to-registry.ts";

/** Options of {@link rollBack}. */
export interface RollbackOptions {
  readonly registry: Registry;
  readonly id: string;
  /** The one before the current one unless given. */
  readonly toVersion?: string | undefined;
  /** Reads every file and compares its SHA-256, instead of its size alone. */
  readonly verify?: boolean | undefined;
  /** Checks everything and writes nothing. */
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What {@link rollBack} did, or would have done. */
export interface Rollback {
  readonly id: string;
  /** Undefined when the pointer was missing or damaged. */
  readonly from: string | undefined;
  readonly to: string;
  /** False when readers were given that version already. */
  readonly changed: boolean;
  readonly filesBytes: number;
}

/**
 * Gives readers another version of a model by one pointer write, once that version is known to be whole.
 *
 * @throws RegistryError `model_not_found`, `version_not_found`, `no_earlier_version`, `damaged`
 */
export async function rollBack(options: RollbackOptions): Promise<Rollback> {
  const { registry, id, toVersion, verify = false, dryRun = false, signal } = options;
  assertNames(id, toVersion);
  const from = await readPointer(registry, id, signal).catch((error: unknown) => {
    // A damaged pointer is what naming a version repairs.
    if (toVersion !== undefined && error instanceof RegistryError && error.code === "damaged")
      return undefined;
    throw error;
  });
  const to = toVersion ?? (await versionBefore(registry, id, from, signal));
  const manifest = await readManifest(registry, id, to, signal);
  await checkFiles(registry, manifest, { hashes: verify, signal });
  signal?.throwIfAborted();
  const changed = from !== to;
  if (changed && !dryRun) await pointTo(registry, id, to);
  return { id, from, to, changed, filesBytes: filesBytes(manifest) };
}

function assertNames(id: string, toVersion: string | undefined): void {
  const problem = modelIdSchema.safeParse(id).error ?? versionIdSchema.optional().safeParse(toVersion).error;
  if (problem) {
    throw new ConfigError(`${JSON.stringify(toVersion ?? id)} cannot be: ${problem.issues[0]!.message}.`, {
      code: "invalid_config",
    });
  }
  if (toVersion === "latest") {
    throw new ConfigError("No version is called latest; give one that `trainer list` shows.", {
      code: "invalid_config",
    });
  }
}

async function versionBefore(
  registry: Registry,
  id: string,
  current: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string> {
  const versions = (await listVersions(registry, id, signal)).get(id) ?? [];
  if (current === undefined) {
    const what =
      versions.length > 0
        ? `${registry.name} does not say which version of ${id} is current; name one with --to-version (the newest is ${versions.at(-1)}).`
        : `${registry.name} has no model ${id}; \`trainer list\` shows those it has.`;
    throw new RegistryError(what, { code: "model_not_found" });
  }
  const earlier = versions.filter((version) => version < current).at(-1);
  if (earlier !== undefined) return earlier;
  throw new RegistryError(
    `${id} has no version before ${current}, which is current; \`trainer list ${id}\` shows what --to-version can name.`,
    { code: "no_earlier_version" },
  );
}
