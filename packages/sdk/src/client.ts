import type { BatchItem, BatchOptions, ImageSequence } from "./batch.ts";
import type { ImageInput } from "./image-body.ts";
import { Jobs } from "./jobs.ts";
import type { AnyRegistry, ModelIdOf } from "./model-id.ts";
import { Models } from "./models.ts";
import { type ClientConfig, type RequestOptions, resolveOptions, type UnpairedOptions } from "./options.ts";
import type { TranslateResult } from "./result.ts";
import { type TranslateOptions, translate } from "./translate.ts";
import type { Health } from "./wire.ts";

/**
 * A client of one Unpaired API, for browsers, workers and Node.
 *
 * @example
 * ```ts
 * import { openAsBlob } from "node:fs";
 * import { writeFile } from "node:fs/promises";
 * import { Unpaired } from "@unpaired/sdk";
 *
 * const client = new Unpaired({ baseUrl: "http://localhost:8787" });
 * const summer = await openAsBlob("summer.jpg");
 * const winter = await client.translate(summer, { model: "summer2winter", format: "webp" });
 * await writeFile("winter.webp", await winter.bytes());
 * ```
 */
export class Unpaired<Registry = AnyRegistry> {
  /** The models the server has published. */
  readonly models: Models<ModelIdOf<Registry>>;
  /** Many images at once, translated in the background. */
  readonly jobs: Jobs<ModelIdOf<Registry>>;
  readonly #config: ClientConfig;

  /** @throws {InvalidArgumentError} which names the option that cannot be used */
  constructor(options: UnpairedOptions) {
    this.#config = resolveOptions(options);
    this.models = new Models(this.#config);
    this.jobs = new Jobs(this.#config);
  }

  /**
   * Translates one image; resolves once the whole answer is here.
   *
   * @throws {InvalidArgumentError} before anything is sent, where the image is not one
   * @throws {InvalidImageError | NotFoundError | RateLimitError | ModelUnavailableError | ApiError} as the server answers
   * @throws {ConnectionError | TimeoutError | AbortedError | MalformedAnswerError}
   */
  translate(image: ImageInput, options: TranslateOptions<ModelIdOf<Registry>>): Promise<TranslateResult> {
    return translate(this.#config, image, options);
  }

  /**
   * Translates many images, a few at a time; gives each as soon as it is done, in no particular order, its failure included.
   *
   * @example
   * ```ts
   * for await (const { index, result, error } of client.translateBatch(files, { model: "summer2winter" })) {
   *   if (error) console.error(files[index].name, error.message);
   *   else await save(files[index].name, await result.bytes());
   * }
   * ```
   *
   * @throws {InvalidArgumentError | AbortedError} and whatever `images` throws
   */
  async *translateBatch<Image extends ImageInput>(
    images: ImageSequence<Image>,
    options: TranslateOptions<ModelIdOf<Registry>> & BatchOptions,
  ): AsyncGenerator<BatchItem<Image, TranslateResult>, void, undefined> {
    const { runBatch } = await import("./batch.ts");
    yield* runBatch(images, (image, signal) => this.translate(image, { ...options, signal }), options);
  }

  /**
   * Whether the server is up, and which build of it.
   *
   * @throws {ApiError | ConnectionError | TimeoutError | AbortedError | MalformedAnswerError}
   */
  async health(options: RequestOptions = {}): Promise<Health> {
    return (await import("./model-calls.ts")).getHealth(this.#config, options);
  }
}
