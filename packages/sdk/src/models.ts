import type { ClientConfig, RequestOptions } from "./options.ts";
import type { Manifest } from "./wire.ts";

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
    return (await load()).listModels(this.#config, options);
  }

  /**
   * One model's manifest.
   *
   * @param id one direction: `summer2winter`
   * @throws {NotFoundError} where nothing is published under this id
   */
  async get(id: ModelId, options: RequestOptions = {}): Promise<Manifest> {
    return (await load()).getModel(this.#config, id, options);
  }
}

/** Loaded when first used, like all but translations. */
const load = () => import("./model-calls.ts");
