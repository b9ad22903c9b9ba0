import type { Manifest } from "@unpaired/core/contracts";
import { createSession, type EngineBinaries, type Session } from "@unpaired/engine";
import type { ModelRegistry } from "../model-registry/model-registry.ts";
import { RegistryError } from "../model-registry/registry-error.ts";

/** Sessions beyond this are put out, least recently used first. */
const SESSION_BUDGET_BYTES = 72 * 2 ** 20;
/** A load that takes longer is not waited for by others: its request may be gone. */
const SHARED_LOAD_MS = 20_000;

/** Keeps engine sessions warm, one per model and version. */
export interface SessionCache {
  /**
   * Runs `use` with the model's session, which stays alive as long as `use` runs.
   *
   * @throws RegistryError `model_unavailable` when the model's files cannot be read or run
   */
  use<Result>(manifest: Manifest, use: (session: Session) => Promise<Result>): Promise<Result>;
  /** Keys (`id@version`) of the sessions held, least recently used first. */
  held(): string[];
}

interface Entry {
  readonly session: Session;
  users: number;
}

/** Two requests for one model load it once; a failed load is forgotten, so that the next request tries anew. */
export function createSessionCache({
  registry,
  binaries,
  budgetBytes = SESSION_BUDGET_BYTES,
}: {
  readonly registry: ModelRegistry;
  readonly binaries: EngineBinaries;
  readonly budgetBytes?: number;
}): SessionCache {
  const entries = new Map<string, Entry>();
  const loads = new Map<string, Promise<Entry>>();

  async function load(manifest: Manifest, key: string): Promise<Entry> {
    const files = await registry.files(manifest);
    try {
      const entry: Entry = { session: await createSession(files, { binaries }), users: 0 };
      entries.set(key, entry);
      return entry;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new RegistryError("model_unavailable", `Model ${key} cannot be run: ${reason}`, cause);
    }
  }

  function loadOnce(manifest: Manifest, key: string): Promise<Entry> {
    const running = loads.get(key);
    if (running) return withDeadline(running, key, () => loads.delete(key));
    const started = load(manifest, key).finally(() => {
      if (loads.get(key) === started) loads.delete(key);
    });
    loads.set(key, started);
    return started;
  }

  function evict(): void {
    let bytes = 0;
    for (const { session } of entries.values()) bytes += session.memoryBytes;
    for (const [key, { session, users }] of entries) {
      if (bytes <= budgetBytes) return;
      if (users > 0) continue;
      bytes -= session.memoryBytes;
      entries.delete(key);
      session.dispose();
    }
  }

  return {
    async use(manifest, use) {
      const key = `${manifest.id}@${manifest.version}`;
      const entry = entries.get(key) ?? (await loadOnce(manifest, key));
      entry.users++;
      // Insertion order is the order of use.
      entries.delete(key);
      entries.set(key, entry);
      try {
        return await use(entry.session);
      } finally {
        entry.users--;
        evict();
      }
    },
    held: () => [...entries.keys()],
  };
}

async function withDeadline<Value>(
  promise: Promise<Value>,
  key: string,
  onExpiry: () => void,
): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      onExpiry();
      reject(new RegistryError("model_unavailable", `Model ${key} is still loading; try again shortly.`));
    }, SHARED_LOAD_MS);
  });
  try {
    return await Promise.race([promise, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
