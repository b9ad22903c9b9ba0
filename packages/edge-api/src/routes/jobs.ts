import { jobIdSchema } from "@unpaired/core/contracts";
import { type Context, Hono } from "hono";
import { assertMayUse } from "../access/allow-models.ts";
import type { ModelVersions } from "../inference/model-versions.ts";
import type { Uploads } from "../inference/uploads.ts";
import { requestSha256 } from "../jobs/create-job.ts";
import { type JobRow, jobOf, resultKey, resultOf } from "../jobs/job-rows.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { JOB_UPLOAD_BYTES, readJobRequest } from "../jobs/read-job-request.ts";
import { streamResults } from "../jobs/stream-results.ts";
import { RequestError } from "../problems/request-error.ts";
import { keepAlive } from "../requests/keep-alive.ts";
import type { Limits } from "../requests/limits.ts";
import { assertSuitsModel } from "../requests/model-parameters.ts";
import { shorten } from "../requests/shorten.ts";
import type { AppEnv } from "./route.ts";

// Somebody's pictures, and what becomes of them: no cache may keep it.
const headers = { "cache-control": "private, no-store" };

/** What the routes of jobs work with; `jobs` is absent where the service has none. */
export interface JobRoutesOptions {
  readonly jobs: Jobs | undefined;
  readonly versions: ModelVersions;
  readonly limits: Limits;
  /** Accounts for what is sent along with jobs. */
  readonly uploads: Uploads;
}

/** `/jobs`: a job belongs to the key that made it; to others it is not there. */
export function jobRoutes({ jobs: configured, versions, limits, uploads }: JobRoutesOptions): Hono<AppEnv> {
  function setUp(): Jobs {
    if (configured) return configured;
    throw new RequestError(
      "not_found",
      "Bulk jobs are not set up on this service; send images to POST /translate, or ask its operator for jobs.",
    );
  }

  async function ownJob(context: Context<AppEnv>): Promise<JobRow> {
    const { store } = setUp();
    const id = jobIdSchema.safeParse(context.req.param("id")).data;
    const row = id === undefined ? null : await store.get(id);
    if (row !== null && row.owner === ownerOf(context)) return row;
    throw new RequestError("job_not_found", "There is no such job; POST /jobs answered the id of yours.");
  }

  return new Hono<AppEnv>()
    .post("/", async (context) => {
      const jobs = setUp();
      const idempotencyKey = readIdempotencyKey(context.req.header("idempotency-key"));
      const upload = uploads.begin();
      const create = async () => {
        // A form is there twice while it is read; a job as JSON is small.
        if (isForm(context)) upload.hold(2 * JOB_UPLOAD_BYTES);
        const request = await readJobRequest(context.req.raw, limits.imageBytes);
        const { model, version, size, rejectAbove } = request.job;
        assertMayUse(context.get("caller"), model);
        const asked = {
          owner: ownerOf(context),
          idempotencyKey,
          requestSha256: await requestSha256(request),
        };
        const before = await jobs.repeated(asked);
        if (before) return before;
        const manifest = await versions.resolve(model, version);
        assertSuitsModel({ model, size, "reject-above": rejectAbove }, manifest);
        return jobs.create(asked, request, manifest);
      };
      const job = await keepAlive(
        context,
        create().finally(() => upload.end()),
      );
      return context.json(job, 202, { ...headers, location: `/jobs/${job.id}` });
    })
    .get("/:id", async (context) => context.json(jobOf(await ownJob(context)), 200, headers))
    .delete("/:id", async (context) => {
      const { id } = await ownJob(context);
      const { store } = setUp();
      await store.cancel(id);
      return context.json(jobOf((await store.get(id))!), 200, headers);
    })
    .get("/:id/results", async (context) => {
      const after = readAfter(new URL(context.req.url).searchParams);
      const { id } = await ownJob(context);
      return context.body(streamResults(setUp().store, id, after), 200, {
        ...headers,
        "content-type": "application/x-ndjson",
      });
    })
    .get("/:id/results/:index", async (context) => {
      const job = await ownJob(context);
      const { id } = job;
      const { store, bucket } = setUp();
      const index = context.req.param("index");
      const row = /^\d{1,9}$/.test(index) ? await store.result(id, Number(index)) : null;
      if (row === null) {
        throw new RequestError(
          "not_found",
          `Job ${id} has no result ${shorten(index)} yet; GET /jobs/${id}/results lists those it has.`,
        );
      }
      const result = resultOf(row);
      if (result.status === "failed") {
        throw new RequestError("not_found", `Image ${index} has no result: ${result.detail}`);
      }
      const object = await bucket.get(resultKey(id, row.place, row.format!));
      if (object === null || !("body" in object)) {
        throw new RequestError(
          "not_found",
          `Result ${index} is kept no longer; have the image translated anew.`,
        );
      }
      return context.body(object.body as ReadableStream<Uint8Array<ArrayBuffer>>, 200, {
        ...headers,
        "x-model": job.model,
        "x-model-version": job.version,
        "content-type": result.contentType,
        "content-length": String(object.size),
      });
    });
}

function isForm(context: Context<AppEnv>): boolean {
  return context.req.header("content-type")?.toLowerCase().startsWith("multipart/") ?? false;
}

function ownerOf(context: Context<AppEnv>): string {
  return context.get("caller").keyId ?? "";
}

function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || /^[\x21-\x7e]{1,200}$/.test(header)) return header;
  throw new RequestError(
    "invalid_parameter",
    `Header "idempotency-key" is "${shorten(header)}"; send 1 to 200 visible ASCII characters.`,
  );
}

function readAfter(parameters: URLSearchParams): number {
  const [unknown] = [...parameters.keys()].filter((name) => name !== "after");
  if (unknown !== undefined) {
    throw new RequestError("invalid_parameter", `Parameter "${shorten(unknown)}" is unknown; use after.`);
  }
  const given = parameters.getAll("after");
  if (given.length > 1) {
    throw new RequestError("invalid_parameter", 'Parameter "after" is given twice; give it once.');
  }
  const [after = "0"] = given;
  if (/^\d{1,15}$/.test(after)) return Number(after);
  throw new RequestError(
    "invalid_parameter",
    `Parameter "after" is "${shorten(after)}"; give the sequence of the last result you have, a whole number.`,
  );
}
