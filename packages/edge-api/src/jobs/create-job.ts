import type { Job, Manifest } from "@unpaired/core/contracts";
import { sha256Hex } from "../model-registry/sha256.ts";
import { RequestError } from "../problems/request-error.ts";
import type { PictureBucket, TranslationQueue } from "./bindings.ts";
import { type JobParameters, type JobRow, jobOf } from "./job-rows.ts";
import type { JobStore, NewItem, NewJob } from "./job-store.ts";
import { sendMessages, translateMessages } from "./messages.ts";
import type { JobRequest } from "./read-job-request.ts";

/** Largest manifest: a million lines of a kilobyte. */
const MANIFEST_BYTES = 1_000_000_000;

/** Who asks, and whether this was asked before. */
export interface JobAsked {
  readonly owner: string;
  readonly idempotencyKey: string | undefined;
  readonly requestSha256: string;
}

/** SHA-256 of what a job is made of, the same however its body was written down. */
export async function requestSha256({ job, uploads = [] }: JobRequest): Promise<string> {
  const images = await Promise.all(
    uploads.map(async ({ bytes, id }) => [id, await sha256Hex(new Uint8Array(bytes))]),
  );
  return sha256Hex(new TextEncoder().encode(JSON.stringify([job, images])));
}

/** Makes jobs. */
export interface JobCreator {
  /**
   * The job that was made of this idempotency key before.
   *
   * @throws RequestError `conflict` when it was made of something else
   */
  repeated(asked: JobAsked): Promise<Job | undefined>;
  /** @throws RequestError `invalid_parameter` or `conflict` */
  create(asked: JobAsked, request: JobRequest, manifest: Manifest): Promise<Job>;
}

export function createJobCreator({
  store,
  bucket,
  queue,
  newId,
}: {
  readonly store: JobStore;
  readonly bucket: PictureBucket;
  readonly queue: TranslationQueue;
  readonly newId: () => string;
}): JobCreator {
  async function repeated({ owner, idempotencyKey, requestSha256 }: JobAsked): Promise<Job | undefined> {
    const row = idempotencyKey === undefined ? null : await store.findByKey(owner, idempotencyKey);
    if (row === null) return undefined;
    if (row.request_sha256 === requestSha256) return jobOf(row);
    throw new RequestError(
      "conflict",
      `The idempotency key "${idempotencyKey}" stands for another job; use a new key for a new one.`,
    );
  }

  async function sourceOf(id: string, { job, uploads }: JobRequest): Promise<NewJob["source"]> {
    if (uploads !== undefined) return { items: await keepUploads(id, uploads) };
    if ("images" in job) {
      return { items: job.images.map(({ key, id = null }): NewItem => ({ key, id })) };
    }
    const { manifest: key } = job as Extract<typeof job, { manifest: string }>;
    const head = await bucket.head(key);
    if (head === null) {
      throw new RequestError(
        "invalid_parameter",
        `There is no object ${key} in the bucket; upload the manifest first.`,
      );
    }
    if (head.size > MANIFEST_BYTES) {
      throw new RequestError(
        "invalid_parameter",
        `Manifest ${key} is ${head.size} bytes; split it into some of at most ${MANIFEST_BYTES}.`,
      );
    }
    return { manifest: { key, etag: head.etag, size: head.size } };
  }

  async function keepUploads(job: string, uploads: NonNullable<JobRequest["uploads"]>): Promise<NewItem[]> {
    const items: NewItem[] = [];
    for (const [index, { bytes, id }] of uploads.entries()) {
      const key = `uploads/${job}/${index}`;
      await bucket.put(key, bytes);
      items.push({ key, id });
    }
    return items;
  }

  return {
    repeated,

    async create(asked, request, manifest) {
      const id = newId();
      const source = await sourceOf(id, request);
      const { id: model, version } = manifest;
      await store.create({ id, model, version, parameters: parametersOf(request), source, ...asked });
      const row: JobRow | null = await store.get(id);
      if (row === null) return (await repeated(asked))!;
      // From here on it is a job: if its messages do not leave, the sweep sends them.
      const isListed = "items" in source;
      await sendMessages(
        queue,
        isListed ? translateMessages(id, [...source.items.keys()]) : [{ type: "expand", job: id }],
      );
      return jobOf(row);
    },
  };
}

function parametersOf({ job }: JobRequest): string {
  const { format, quality, size, fit, keepSize, rejectAbove } = job;
  return JSON.stringify({ format, quality, size, fit, keepSize, rejectAbove } satisfies JobParameters);
}
