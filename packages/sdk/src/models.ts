import type { Manifest, ModelList } from "@unpaired/core/contracts";
import { InvalidArgumentError } from "./errors.ts";
import { getJson } from "./get-json.ts";
import type { ClientConfig, RequestOptions } from "./options.ts";

/** The models a server has published. */
export class Models<ModelId extends string = string> {
  readonly #config: ClientConfig;

  constructor(config: ClientConfig) {
    this.#config = config;
  }

  /**
   * Every published model's manifest.
   *
   * @throws {ApiError | ConnectionError | TimeoutError | AbortedError | MalformedAnswerError}
   */
  async list(options: RequestOptions = {}): Promise<Manifest[]> {
    const { models } = await getJson(this.#config, "models", isModelList, options);
    return models;
  }

  /**
   * One model's manifest.
   *
   * @param id one direction: `summer2winter`
   * @throws {NotFoundError} where nothing is published under this id
   */
  async get(id: ModelId, options: RequestOptions = {}): Promise<Manifest> {
    // A URL swallows dots-only segments: `models/..` would be another path.
    if (!/[^.]/.test(id)) {
      throw new InvalidArgumentError(
        `the model id is ${JSON.stringify(id)}; give one that models.list() shows`,
      );
    }
    return getJson(this.#config, `models/${encodeURIComponent(id)}`, isManifest, options);
  }
}

function isManifest(value: unknown): value is Manifest {
  const { id, version } = (value ?? {}) as Partial<Manifest>;
  return typeof id === "string" && typeof version === "string";
}

function isModelList(value: unknown): value is ModelList {
  const { models } = (value ?? {}) as Partial<ModelList>;
  return Array.isArray(models) && models.every(isManifest);
}
