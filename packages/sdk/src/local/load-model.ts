import { type Arithmetic, createSession, type EngineBinaries } from "@unpaired/engine";
import { InvalidArgumentError } from "../errors.ts";
import { type RequestOptions, resolveOptions, type UnpairedOptions } from "../options.ts";
import type { ImageCodec } from "./codec.ts";
import { fetchBinaries } from "./engine-binaries.ts";
import type { LoadProgress } from "./load-progress.ts";
import { LocalModel } from "./local-model.ts";
import { fromEngine, LocalModelError } from "./local-model-error.ts";
import { checkModel, fetchModel, type PublishedModel } from "./published-model.ts";

/** How to run a model on this device. */
export interface RunOptions extends RequestOptions {
  /**
   * The engine's WebAssembly: the address of the folder that holds `inference.wasm` and `inference.relaxed.wasm`, or both as
   * bytes or modules. By default Node reads its own, and everything else asks the API at `baseUrl` for its `engine/`.
   */
  readonly engine?: string | URL | EngineBinaries | undefined;
  /** How convolutions are computed; `integer` by default, which gives the same bits on every machine. */
  readonly arithmetic?: Arithmetic | undefined;
  /** Most WebAssembly memory the model may hold; 96 MiB by default. */
  readonly memoryBudgetBytes?: number | undefined;
  /** Told how many bytes of the model's files are there, after every chunk. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Reads and writes image files; the platform's by default, under Node sharp where it is installed. */
  readonly codec?: ImageCodec | undefined;
  /** A clock for durations, in milliseconds. */
  readonly nowMs?: (() => number) | undefined;
}

/** How to fetch a model from an Unpaired API. */
export interface ServiceOptions extends RunOptions, Omit<UnpairedOptions, "timeoutMs"> {
  readonly registryUrl?: undefined;
  /** The one that serves by default. */
  readonly version?: string | undefined;
}

/** How to fetch a model from a registry's files on any web server. */
export interface RegistryOptions extends RunOptions, Omit<UnpairedOptions, "baseUrl" | "timeoutMs"> {
  /** Where `models/` and `blobs/` are. */
  readonly registryUrl: string | URL;
  /** The latest one by default. */
  readonly version?: string | undefined;
}

/** How to run a model whose files are at hand; the client's options serve images given as addresses. */
export type FileOptions = RunOptions & Partial<Omit<UnpairedOptions, "baseUrl" | "timeoutMs">>;

/** Loads a published model to run it on this device. */
export interface LoadModel {
  /**
   * Fetches and checks a published model, and makes it ready.
   *
   * @param model one direction: `summer2winter`
   * @throws {LocalModelError} where what is published cannot be run here
   * @throws {NotFoundError | ApiError | ConnectionError | TimeoutError | AbortedError | MalformedAnswerError}
   */
  (model: string, options: ServiceOptions | RegistryOptions): Promise<LocalModel>;
  /**
   * Makes a model ready whose files are at hand, after checking them.
   *
   * @throws {LocalModelError} where the files are not the manifest's or cannot be run here
   */
  (model: PublishedModel, options?: FileOptions): Promise<LocalModel>;
}

/** What differs between platforms. */
export interface Platform {
  /** The engine's WebAssembly where the platform finds it by itself. */
  readonly binaries?: () => Promise<EngineBinaries>;
  readonly codec: () => Promise<ImageCodec>;
}

/** {@link LoadModel} for a platform. */
export function createLoadModel(platform: Platform): LoadModel {
  return async (
    model: string | PublishedModel,
    options: Partial<ServiceOptions> | RegistryOptions | FileOptions = {},
  ): Promise<LocalModel> => {
    const { signal, timeoutMs, arithmetic = "integer", memoryBudgetBytes } = options;
    const { baseUrl, registryUrl, version } = options as { baseUrl?: string } & Partial<RegistryOptions>;
    const where = registryUrl ?? baseUrl;
    if (typeof model === "string" && (where === undefined || !/[^.]/.test(model))) {
      throw new InvalidArgumentError(
        `the model is ${JSON.stringify(model)}; give the id of one that is published, and baseUrl or registryUrl`,
      );
    }
    // Files at hand ask no API; images may still be given as addresses.
    const config = resolveOptions({ ...options, baseUrl: where ?? "https://localhost" });
    const request = { signal, timeoutMs };
    const loadBinaries = async () => {
      const { engine } = options;
      if (typeof engine === "string" || engine instanceof URL) {
        return fetchBinaries(config, engine, { ...request, arithmetic });
      }
      if (engine) return engine;
      if (platform.binaries) return platform.binaries();
      if (baseUrl !== undefined && registryUrl === undefined) {
        return fetchBinaries(config, `${config.baseUrl}engine/`, { ...request, arithmetic });
      }
      throw new LocalModelError(
        "engine is missing; give the address of the folder with inference.wasm of @unpaired/engine, or the baseUrl of an API",
        { code: "engine_unavailable" },
      );
    };
    const loadPublished = async () => {
      if (typeof model !== "string") {
        await checkModel(model);
        return model;
      }
      const published = registryUrl === undefined ? "api" : "registry";
      const { onProgress } = options;
      const wanted = { id: model, published, onProgress, ...(version !== undefined && { version }) } as const;
      return fetchModel(config, wanted, request);
    };
    const [binaries, { manifest, files }, codec] = await Promise.all([
      loadBinaries(),
      loadPublished(),
      options.codec ?? platform.codec(),
    ]);
    try {
      const session = await createSession(files, {
        binaries,
        arithmetic,
        ...(memoryBudgetBytes !== undefined && { memoryBudgetBytes }),
      });
      const nowMs = options.nowMs ?? (() => performance.now());
      return new LocalModel({ manifest, session, codec, config, nowMs });
    } catch (error) {
      throw fromEngine(error);
    }
  };
}
