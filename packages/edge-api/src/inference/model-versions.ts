import type { BrokenModel, Manifest } from "@unpaired/core/contracts";
import type { ModelRegistry } from "../model-registry/model-registry.ts";
import { RegistryError } from "../model-registry/registry-error.ts";

/** How long a version that could not be used is left alone while another one serves. */
const RETRY_MS = 30_000;
/** Older versions that are tried where this isolate has served none yet. */
const MOST_OLDER_VERSIONS = 3;
/** Models whose manifests one look at the service's health reads. */
const MOST_CHECKED_MODELS = 100;

/** Decides which version of a model serves: the published one, or the last good one where that is broken. */
export interface ModelVersions {
  /**
   * The version to translate with. The published one once it has been loaded, so that a new version that is broken costs
   * no request: the one before goes on, and {@link broken} tells. A version asked for by name is never replaced.
   *
   * @param signal of the caller: once aborted, it waits for no load any more
   * @throws RegistryError `model_not_found` or `model_unavailable`
   */
  resolve(id: string, version?: string, signal?: AbortSignal): Promise<Manifest>;
  /**
   * As {@link resolve} for the published version, as far as is known without loading anything.
   *
   * @throws RegistryError `model_not_found` or `model_unavailable`
   */
  manifest(id: string): Promise<Manifest>;
  /** What serves of every model, by id; a model that cannot be read hides nothing but itself. */
  manifests(): Promise<Manifest[]>;
  /**
   * Published versions that cannot be used, by id, after a look at every manifest.
   *
   * @throws Error when the registry cannot be listed
   */
  broken(): Promise<BrokenModel[]>;
}

interface Failure {
  /** Null when the pointer itself cannot be read. */
  readonly version: string | null;
  readonly detail: string;
  readonly sinceMs: number;
  readonly retryAtMs: number;
  readonly serving: Manifest | undefined;
}

/**
 * @param load loads a version into memory if it is not there
 * @returns of `load`: what is wrong with the version, or undefined when it can be used
 */
export function createModelVersions({
  registry,
  load,
  nowMs,
}: {
  readonly registry: Pick<ModelRegistry, "ids" | "latestVersion" | "manifest" | "versions">;
  readonly load: (manifest: Manifest, signal?: AbortSignal) => Promise<unknown>;
  readonly nowMs: () => number;
}): ModelVersions {
  const good = new Map<string, Manifest>();
  const failures = new Map<string, Failure>();

  function note(
    id: string,
    version: string | null,
    error: RegistryError,
    serving: Manifest | undefined,
  ): void {
    const before = failures.get(id);
    const sinceMs = before?.version === version ? before.sinceMs : nowMs();
    failures.set(id, { version, detail: error.message, sinceMs, retryAtMs: nowMs() + RETRY_MS, serving });
  }

  function settle(id: string, manifest: Manifest): Manifest {
    good.set(id, manifest);
    failures.delete(id);
    return manifest;
  }

  async function olderVersion(id: string, than: string): Promise<Manifest | undefined> {
    const versions = await registry.versions(id).catch(() => []);
    for (const version of versions.filter((candidate) => candidate < than).slice(0, MOST_OLDER_VERSIONS)) {
      const manifest = await registry.manifest(id, version).catch(() => undefined);
      if (manifest && (await load(manifest)) === undefined) return manifest;
    }
    return undefined;
  }

  // What is published cannot be used: whatever served before goes on.
  async function fallBack(id: string, version: string | null, error: unknown): Promise<Manifest> {
    if (!isUnavailable(error)) throw error;
    const serving = good.get(id) ?? (version === null ? undefined : await olderVersion(id, version));
    if (serving) good.set(id, serving);
    note(id, version, error, serving);
    if (!serving) throw error;
    return serving;
  }

  async function resolvePublished(id: string, signal?: AbortSignal): Promise<Manifest> {
    let version: string | null = null;
    let manifest: Manifest;
    try {
      version = await registry.latestVersion(id);
      const current = good.get(id);
      if (current?.version === version) return settle(id, current);
      const failure = failures.get(id);
      if (failure?.serving && failure.version === version && nowMs() < failure.retryAtMs) {
        return failure.serving;
      }
      manifest = await registry.manifest(id);
    } catch (error) {
      return fallBack(id, version, error);
    }
    const failure = await load(manifest, signal);
    return failure === undefined ? settle(id, manifest) : fallBack(id, manifest.version, failure);
  }

  const versions: ModelVersions = {
    resolve: (id, version, signal) =>
      version === undefined ? resolvePublished(id, signal) : registry.manifest(id, version),

    async manifest(id) {
      try {
        const manifest = await registry.manifest(id);
        const failure = failures.get(id);
        return (failure?.version === manifest.version && failure.serving) || manifest;
      } catch (error) {
        const serving = good.get(id);
        if (serving && isUnavailable(error)) return serving;
        throw error;
      }
    },

    async manifests() {
      const settled = await Promise.allSettled((await registry.ids()).map((id) => versions.manifest(id)));
      return settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    },

    async broken() {
      const ids = await registry.ids();
      await Promise.all(ids.slice(0, MOST_CHECKED_MODELS).map(check));
      return [...failures]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([id, { version, detail, sinceMs, serving }]) => ({
          id,
          version,
          serving: serving?.version ?? null,
          since: new Date(sinceMs).toISOString(),
          detail,
        }));
    },
  };

  async function check(id: string): Promise<void> {
    let version: string | null = null;
    try {
      version = await registry.latestVersion(id);
      await registry.manifest(id);
      // Published anew or rolled back since: what is there now is not known to be broken.
      if (failures.get(id)?.version !== version) failures.delete(id);
    } catch (error) {
      if (isUnavailable(error)) note(id, version, error, good.get(id));
      else failures.delete(id);
    }
  }

  return versions;
}

function isUnavailable(error: unknown): error is RegistryError {
  return error instanceof RegistryError && error.code === "model_unavailable";
}
