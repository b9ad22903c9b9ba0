import { modelIdSchema } from "@unpaired/core/contracts";
import { ConfigError } from "../errors.ts";
import { RegistryError } from "./errors.ts";
import { inParallel } from "./in-parallel.ts";
import { filesBytes, listVersions, readManifest, readPointer } from "./read-published.ts";
import type { Registry } from "./registry.ts";

/** One version of a model as a registry has it. */
export interface ListedVersion {
  readonly version: string;
  /** Whether readers are given it. */
  readonly current: boolean;
  /** What the manifest says; absent when there is a problem. */
  readonly createdAt?: string;
  readonly filesBytes?: number;
  readonly quantization?: string;
  readonly method?: string;
  readonly metrics?: Readonly<Record<string, number>>;
  /** Why readers cannot use it. */
  readonly problem?: string;
}

/** A model and its versions, newest first. */
export interface ListedModel {
  readonly id: string;
  /** Absent when nothing says which version is current. */
  readonly current?: string;
  readonly versions: readonly ListedVersion[];
}

const AT_ONCE = 8;

/**
 * Reads what a registry holds. Damaged manifests and pointers are told of, not thrown.
 *
 * @param id one model alone
 * @throws RegistryError `model_not_found` when the model asked for is not there
 */
export async function listPublished(
  registry: Registry,
  id?: string,
  signal?: AbortSignal,
): Promise<ListedModel[]> {
  const unfit = id === undefined ? undefined : modelIdSchema.safeParse(id).error;
  if (unfit) {
    throw new ConfigError(`${JSON.stringify(id)} cannot be: ${unfit.issues[0]!.message}.`, {
      code: "invalid_config",
    });
  }
  const found = await listVersions(registry, id, signal);
  if (id !== undefined && !found.has(id)) {
    throw new RegistryError(`${registry.name} has no model ${id}; \`trainer list\` shows those it has.`, {
      code: "model_not_found",
    });
  }
  const models = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return inParallel(1, models, async ([model, versions]) => {
    const pointer = await orProblem(readPointer(registry, model, signal));
    const current = typeof pointer === "string" ? pointer : undefined;
    const all =
      current === undefined || versions.includes(current) ? versions : [...versions, current].sort();
    const listed = await inParallel(AT_ONCE, all.toReversed(), (version) =>
      describe(registry, model, version, version === current, signal),
    );
    return { id: model, ...(current !== undefined && { current }), versions: listed };
  });
}

async function describe(
  registry: Registry,
  id: string,
  version: string,
  current: boolean,
  signal: AbortSignal | undefined,
): Promise<ListedVersion> {
  const manifest = await orProblem(readManifest(registry, id, version, signal));
  if (manifest instanceof RegistryError) {
    return { version, current, problem: manifest.code === "damaged" ? "damaged manifest" : "no manifest" };
  }
  const { createdAt, quantization, method, metrics } = manifest;
  return { version, current, createdAt, filesBytes: filesBytes(manifest), quantization, method, metrics };
}

/** What was found, or what is wrong with it; anything else is thrown. */
async function orProblem<Found>(reading: Promise<Found>): Promise<Found | RegistryError> {
  try {
    return await reading;
  } catch (error) {
    const about = error instanceof RegistryError ? error.code : "";
    if (["damaged", "object_too_large", "version_not_found"].includes(about)) return error as RegistryError;
    throw error;
  }
}
