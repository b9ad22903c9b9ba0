import type { Manifest, Quantization } from "@unpaired/core/contracts";
import {
  buildFor,
  createPlanningSession,
  type EngineBinaries,
  type EngineBuild,
  EngineError,
  type ImageTensor,
  type PlanningSession,
} from "@unpaired/engine";
import type { ModelRegistry } from "../model-registry/model-registry.ts";
import { RegistryError } from "../model-registry/registry-error.ts";
import type { IsolateMemory, MemoryHolder } from "./isolate-memory.ts";

/** What sessions compute in: the same bits on every machine, and faster than floats. */
const ARITHMETIC = "integer";
/** The engine's build that sessions run. */
export const sessionBuild: EngineBuild = buildFor(ARITHMETIC);
/** Most memory one session may hold: what an isolate has beside images and the service itself. */
const SESSION_BYTES = 88 * 2 ** 20;
/** Bytes a stored weight takes, and at most takes once it is packed to run. */
const STORED_WEIGHT_BYTES: Readonly<Record<Quantization, number>> = {
  uint8: 1,
  uint16: 2,
  float16: 2,
  float32: 4,
};
const PACKED_WEIGHT_BYTES = 4;
/** Values of an image per pixel that live while a model runs: what goes in, what comes out, and the engine's copies. */
const TENSOR_BYTES_PER_VALUE = 2 * Float32Array.BYTES_PER_ELEMENT;
/** A load that takes longer is not waited for by others: its request may be gone. */
const SHARED_LOAD_MS = 20_000;

/** A model that can be run. */
export interface LoadedModel {
  /** Bytes of WebAssembly memory its session holds now. */
  readonly memoryBytes: number;
  /**
   * Runs the model after room was made for the memory this size of image takes.
   *
   * @throws EngineError `invalid_input` or `memory_budget_exceeded`
   */
  run(image: ImageTensor): Promise<ImageTensor>;
}

/** Keeps engine sessions warm, one per model and version, as long as nobody else needs the memory. */
export interface SessionCache extends MemoryHolder {
  /**
   * Runs `use` with the model, which stays loaded as long as `use` runs.
   *
   * @throws RegistryError `model_unavailable` when the model's files cannot be read or run
   */
  use<Result>(manifest: Manifest, use: (model: LoadedModel) => Promise<Result>): Promise<Result>;
  /** Keys (`id@version`) of the sessions held, least recently used first. */
  held(): string[];
}

interface Entry {
  readonly session: PlanningSession;
  users: number;
}

/** Two requests for one model load it once; a failed load is forgotten, so that the next request tries anew. */
export function createSessionCache({
  registry,
  binaries,
  memory,
}: {
  readonly registry: Pick<ModelRegistry, "files">;
  readonly binaries: EngineBinaries;
  readonly memory: IsolateMemory;
}): SessionCache {
  const entries = new Map<string, Entry>();
  const loads = new Map<string, Promise<Entry>>();

  async function load(manifest: Manifest, key: string): Promise<Entry> {
    if (!memory.makeRoom(() => loadBytes(manifest))) {
      throw new RegistryError(
        "model_unavailable",
        `Model ${key} is too large for this service's memory; publish a smaller one.`,
      );
    }
    const files = await registry.files(manifest);
    try {
      const session = await createPlanningSession(files, {
        binaries,
        arithmetic: ARITHMETIC,
        memoryBudgetBytes: SESSION_BYTES,
      });
      const entry: Entry = { session, users: 0 };
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

  async function run(session: PlanningSession, image: ImageTensor): Promise<ImageTensor> {
    const plan = session.plan(image);
    const tensorBytes = image.data.length * TENSOR_BYTES_PER_VALUE;
    const fits = memory.makeRoom(() => Math.max(0, plan.memoryBytes - session.memoryBytes) + tensorBytes);
    if (fits) return session.run(image);
    throw new EngineError(
      "memory_budget_exceeded",
      `${image.width}×${image.height} pixels need more memory than this service has; use a smaller image.`,
    );
  }

  const cache: SessionCache = {
    async use(manifest, use) {
      const key = `${manifest.id}@${manifest.version}`;
      const entry = entries.get(key) ?? (await loadOnce(manifest, key));
      entry.users++;
      // Insertion order is the order of use.
      entries.delete(key);
      entries.set(key, entry);
      const { session } = entry;
      try {
        return await use({
          get memoryBytes() {
            return session.memoryBytes;
          },
          run: (image) => run(session, image),
        });
      } finally {
        entry.users--;
      }
    },
    held: () => [...entries.keys()],
    heldBytes: () => [...entries.values()].reduce((sum, { session }) => sum + session.memoryBytes, 0),
    releaseOne() {
      for (const [key, { session, users }] of entries) {
        if (users > 0) continue;
        entries.delete(key);
        session.dispose();
        return true;
      }
      return false;
    },
  };
  memory.add(cache);
  return cache;
}

/** Loads a model if it is not there, and answers what is wrong with it. */
export function loadFailure(sessions: SessionCache, manifest: Manifest): Promise<unknown> {
  return sessions.use(manifest, async () => {}).catch((error: unknown) => error);
}

function loadBytes({ files, quantization }: Manifest): number {
  const weightsBytes = files.weights.reduce((sum, { bytes }) => sum + bytes, 0);
  const packedBytes = (weightsBytes / STORED_WEIGHT_BYTES[quantization]) * PACKED_WEIGHT_BYTES;
  return files.model.bytes + weightsBytes + packedBytes;
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
