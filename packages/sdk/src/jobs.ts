import type { ImageSequence } from "./batch.ts";
import type { ImageInput } from "./image-body.ts";
import type { ClientConfig, RequestOptions } from "./options.ts";
import type { TranslateResult } from "./result.ts";
import type { TranslateOptions } from "./translate.ts";
import type { Job, JobImage, JobResult } from "./wire.ts";

/** The images of a job, in one of three places. */
export type JobImages =
  | {
      /** Uploaded along with the job, 1–100; the name of a `File` is the `id` of its result. */
      readonly images: ImageSequence<ImageInput>;
      readonly keys?: undefined;
      readonly manifest?: undefined;
    }
  | {
      /** In the service's bucket already, 1–1000; each key begins with `uploads/`. */
      readonly keys: readonly (string | JobImage)[];
      readonly images?: undefined;
      readonly manifest?: undefined;
    }
  | {
      /** Key of an object of the bucket with one `{ "key", "id" }` on each line. */
      readonly manifest: string;
      readonly images?: undefined;
      readonly keys?: undefined;
    };

/** What to translate in the background, and how; the options of `translate`. */
export type CreateJobOptions<ModelId extends string = string> = TranslateOptions<ModelId> & JobImages;

/** Which results of a job to read. */
export interface JobResultsOptions extends RequestOptions {
  /** `sequence` of the last result known; 0, before the first one, by default. */
  readonly after?: number | undefined;
  /** Waits for more until the job has ended; by default the results end where there are no more yet. */
  readonly follow?: boolean | undefined;
}

/** Many images at once, translated in the background. */
export class Jobs<ModelId extends string = string> {
  readonly #config: ClientConfig;

  constructor(config: ClientConfig) {
    this.#config = config;
  }

  /**
   * Starts a job. Every try carries one `idempotency-key`, so that a job whose answer was lost is not started twice.
   *
   * @throws {InvalidArgumentError} before anything is sent, where an image is not one or there are too many
   * @throws {InvalidRequestError | NotFoundError | ConflictError | ApiError} as the server answers
   * @throws {ConnectionError | TimeoutError | AbortedError | MalformedAnswerError}
   */
  async create(options: CreateJobOptions<ModelId>): Promise<Job> {
    return (await load()).createJob(this.#config, options);
  }

  /**
   * How far a job is.
   *
   * @throws {NotFoundError} `job_not_found`
   */
  async get(id: string, options: RequestOptions = {}): Promise<Job> {
    return (await load()).callJob(this.#config, "GET", id, options);
  }

  /**
   * Ends a job; what is translated already stays.
   *
   * @throws {NotFoundError} `job_not_found`
   */
  async cancel(id: string, options: RequestOptions = {}): Promise<Job> {
    return (await load()).callJob(this.#config, "DELETE", id, options);
  }

  /**
   * What became of the job's images, as far as they are finished, each once and in the order they were finished. A lost
   * connection is resumed behind the last result given.
   *
   * @example
   * ```ts
   * for await (const result of client.jobs.results(job.id, { follow: true })) {
   *   if (result.status === "failed") console.error(result.index, result.detail);
   *   else await save(result.index, await client.jobs.image(job.id, result.index));
   * }
   * ```
   *
   * @throws {NotFoundError} `job_not_found`
   * @throws {ConnectionError | TimeoutError | AbortedError | MalformedAnswerError}
   */
  async *results(id: string, options: JobResultsOptions = {}): AsyncGenerator<JobResult, void, undefined> {
    yield* (await load()).readResults(this.#config, id, options);
  }

  /**
   * One translated image of a job.
   *
   * @param index its place in the job, from 0
   * @throws {NotFoundError} where the job has no such image, or it is not translated
   */
  async image(id: string, index: number, options: RequestOptions = {}): Promise<TranslateResult> {
    return (await load()).fetchJobImage(this.#config, id, index, options);
  }
}

/** Loaded when first used: most apps translate one image at a time. */
const load = () => import("./job-calls.ts");
