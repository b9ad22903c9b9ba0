import { InvalidArgumentError } from "./errors.ts";
import { callForJson } from "./get-json.ts";
import { resolveKey } from "./idempotency-key.ts";
import { toImageBlob } from "./image-body.ts";
import type { CreateJobOptions } from "./jobs.ts";
import { multipart, type Part } from "./multipart.ts";
import type { ClientConfig, RequestOptions } from "./options.ts";
import { pathSegment } from "./path-segment.ts";
import { callApi } from "./request.ts";
import { readTranslateResult, type TranslateResult } from "./result.ts";
import type { Job } from "./wire.ts";

export { readResults } from "./job-results.ts";

const maxImages = 100;

/** `POST /jobs`, as JSON or, with images of its own, as multipart/form-data. */
export async function createJob(config: ClientConfig, options: CreateJobOptions): Promise<Job> {
  const { signal, timeoutMs, onUploadProgress, manifest, keys } = options;
  const { model, version, format, quality, size, fit, keepSize, rejectAbove } = options;
  // Sent even where nothing is tried again: a caller's own second try must not start a second job.
  const idempotencyKey = resolveKey(config, options.idempotencyKey ?? config.runtime.createKey());
  const given = [options.images, keys, manifest].filter((images) => images !== undefined);
  if (given.length !== 1) {
    throw new InvalidArgumentError(
      `a job has ${given.length} of images, keys and manifest; give one of them`,
    );
  }
  const job = {
    ...{ model, version, format, quality, size, fit, keepSize, rejectAbove, manifest },
    images: keys?.map((image) => (typeof image === "string" ? { key: image } : image)),
  };
  const json = new Blob([JSON.stringify(job)], { type: "application/json" });
  const content = options.images
    ? multipart(config.runtime.createKey(), [
        { name: "job", content: json },
        ...(await collectImages(config, options)),
      ])
    : { body: json };
  const fetch =
    onUploadProgress && (await import("./upload-progress.ts")).reportUpload(config, onUploadProgress);
  const call = {
    method: "POST",
    path: "jobs",
    ...content,
    signal,
    timeoutMs,
    idempotencyKey,
    fetch,
  } as const;
  return callForJson(config, call, isJob);
}

/** One image after the other, and never one more than a job may have. */
async function collectImages(config: ClientConfig, options: CreateJobOptions): Promise<Part[]> {
  const parts: Part[] = [];
  for await (const image of options.images ?? []) {
    if (parts.length === maxImages) {
      throw new InvalidArgumentError(
        `a job has more than ${maxImages} images; start several, or give keys or a manifest of images in the bucket`,
      );
    }
    const fileName = isFile(image) ? image.name : undefined;
    parts.push({ name: "image", fileName, content: await toImageBlob(config, image, options) });
  }
  if (parts.length === 0) throw new InvalidArgumentError("a job has no images; give at least one");
  return parts;
}

/** By its tag: it may come from another frame. */
function isFile(image: unknown): image is File {
  return Object.prototype.toString.call(image) === "[object File]";
}

/** `GET /jobs/:id` or `DELETE /jobs/:id`. */
export function callJob(
  config: ClientConfig,
  method: "GET" | "DELETE",
  id: string,
  { signal, timeoutMs }: RequestOptions,
): Promise<Job> {
  return callForJson(config, { method, path: `jobs/${pathSegment(id)}`, signal, timeoutMs }, isJob);
}

/** What a client last asked of: a job's model and version never change. */
const lastAsked = new WeakMap<ClientConfig, { readonly id: string; readonly job: Job }>();

/** `GET /jobs/:id/results/:index`; an answer that leaves out its model and version is completed from its job. */
export async function fetchJobImage(
  config: ClientConfig,
  id: string,
  index: number,
  options: RequestOptions,
): Promise<TranslateResult> {
  const { signal, timeoutMs } = options;
  if (!Number.isSafeInteger(index) || index < 0) {
    throw new InvalidArgumentError(`the image's index is ${index}; give its place in the job, from 0`);
  }
  const path = `jobs/${pathSegment(id)}/results/${index}`;
  const accept = "image/png, image/webp, image/jpeg";
  const call = { method: "GET", path, accept, signal, timeoutMs } as const;
  const answer = await callApi(config, call, (answer) => answer);
  const headers = new Headers(answer.headers);
  if (!headers.has("x-model") || !headers.has("x-model-version")) {
    const { model, version } = await recallJob(config, id, options);
    headers.set("x-model", model);
    headers.set("x-model-version", version);
  }
  return readTranslateResult({ ...answer, headers });
}

async function recallJob(config: ClientConfig, id: string, options: RequestOptions): Promise<Job> {
  const last = lastAsked.get(config);
  if (last?.id === id) return last.job;
  const job = await callJob(config, "GET", id, options);
  lastAsked.set(config, { id, job });
  return job;
}

function isJob(value: unknown): value is Job {
  const { id, model, version, status, total, done, failed, finishedAt } = (value ?? {}) as Partial<Job>;
  const isCount = (count: unknown) => Number.isSafeInteger(count);
  const isText = (text: unknown) => typeof text === "string";
  return (
    isText(id) &&
    isText(model) &&
    isText(version) &&
    isText(status) &&
    (total === null || isCount(total)) &&
    isCount(done) &&
    isCount(failed) &&
    (finishedAt === null || isText(finishedAt))
  );
}
