import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Job, type JobResult, jobResultSchema, jobSchema } from "@unpaired/core/contracts";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appInProcess } from "../../test/app-in-process.ts";
import { documentedAnswers } from "../../test/documented-answers.ts";
import { problemOf } from "../../test/problem-of.ts";
import { invert, publishModel } from "../../test/publish-model.ts";
import { type ServedJobs, serveJobs } from "../../test/served-jobs.ts";
import type { ApiKeyEntry } from "../access/api-keys.ts";
import { createApiKey } from "../access/create-api-key.ts";
import type { Picture } from "../jobs/bindings.ts";
import { STALLED_MS } from "../jobs/resend.ts";
import type { OpenApiDocument } from "../openapi/types.ts";

const keys = { web: "", shop: "", winter: "" };
let registry: string;
let served: ServedJobs;
let grey: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  registry = await mkdtemp(join(tmpdir(), "unpaired-jobs-"));
  for (const id of ["model", "other"]) {
    const domainStatistics = [{ name: "redMean", mean: 0, standardDeviation: 0.3 }];
    await publishModel(registry, { id, version: "v1", ...invert, sizePixels: 32, domainStatistics });
  }
  const entries: ApiKeyEntry[] = [];
  for (const id of ["web", "shop", "winter"] as const) {
    const { key, sha256 } = await createApiKey();
    keys[id] = key;
    entries.push({ id, sha256, ...(id === "winter" && { models: ["other"] }) });
  }
  served = await serveJobs(registry, { API_KEYS: JSON.stringify(entries), RATE_LIMIT: "off" }, 1);
  grey = await picture("#404040");
  for (const name of ["a", "b", "c"]) await served.env.PICTURES.put(`uploads/${name}.png`, grey);
  await served.env.PICTURES.put("uploads/text.png", "no picture");
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await rm(registry, { recursive: true, force: true });
});

async function picture(background: string, format: "png" | "jpeg" = "png"): Promise<Uint8Array<ArrayBuffer>> {
  const flat = sharp({ create: { width: 32, height: 32, channels: 3, background } });
  return new Uint8Array(await flat.toFormat(format).toBuffer());
}

function ask(path: string, init: RequestInit = {}, key: keyof typeof keys = "web"): Promise<Response> {
  const headers = { "x-api-key": keys[key], ...(init.headers as Record<string, string>) };
  return fetch(served.url + path, { ...init, headers });
}

function post(body: unknown, headers: Record<string, string> = {}, key?: keyof typeof keys) {
  const isForm = body instanceof FormData;
  return ask(
    "/jobs",
    {
      method: "POST",
      headers: { ...(!isForm && { "content-type": "application/json" }), ...headers },
      body: isForm ? body : JSON.stringify(body),
    },
    key,
  );
}

async function created(response: Response): Promise<Job> {
  const body = await response.json();
  expect([response.status, body]).toEqual([202, expect.objectContaining({ status: "queued" })]);
  const job = jobSchema.parse(body);
  expect(response.headers.get("location")).toBe(`/jobs/${job.id}`);
  return job;
}

async function jobAt(id: string): Promise<Job> {
  return jobSchema.parse(await (await ask(`/jobs/${id}`)).json());
}

async function finished({ id }: Job): Promise<Job> {
  await expect
    .poll(async () => (await jobAt(id)).finishedAt, { timeout: 20_000, interval: 50 })
    .not.toBeNull();
  return jobAt(id);
}

async function resultsOf({ id }: Job, query = ""): Promise<JobResult[]> {
  const response = await ask(`/jobs/${id}/results${query}`);
  expect(response.headers.get("content-type")).toBe("application/x-ndjson");
  const lines = (await response.text()).split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line) => jobResultSchema.parse(JSON.parse(line)));
}

const byIndex = (results: readonly JobResult[]) =>
  [...results].sort((left, right) => left.index - right.index);

async function red(response: Response): Promise<number> {
  return (
    await sharp(await response.arrayBuffer())
      .raw()
      .toBuffer()
  )[0]!;
}

describe("a job of keys", () => {
  it("translates each image once, and tells which cannot be", async () => {
    const job = await created(
      await post({
        model: "model",
        images: [
          { key: "uploads/a.png", id: "first" },
          { key: "uploads/text.png" },
          { key: "uploads/missing.png", id: "gone" },
          { key: "uploads/b.png" },
        ],
      }),
    );
    expect(job).toMatchObject({ model: "model", version: "v1", total: 4, done: 0, failed: 0, detail: null });
    expect(await finished(job)).toMatchObject({ status: "done", total: 4, done: 2, failed: 2 });
    const results = await resultsOf(job);
    expect(results.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    expect(byIndex(results)).toMatchObject([
      { index: 0, id: "first", status: "done", contentType: "image/png", width: 32, height: 32 },
      { index: 1, id: null, status: "failed", code: "unsupported_image" },
      {
        index: 2,
        id: "gone",
        status: "failed",
        code: "not_found",
        detail: expect.stringContaining("uploads/missing.png"),
      },
      { index: 3, id: null, status: "done", domainScore: expect.any(Number) },
    ]);
    expect(await resultsOf(job, "?after=3")).toEqual(results.slice(3));
    expect(await resultsOf(job, "?after=4")).toEqual([]);
    const [first] = byIndex(results);
    const image = await ask((first as { path: string }).path);
    expect(image.headers.get("content-type")).toBe("image/png");
    expect(image.headers.get("content-length")).toBe(String((first as { bytes: number }).bytes));
    expect(await red(image)).toBe(255 - 0x40);
    for (const index of ["1", "2", "4", "x"]) {
      const problem = await problemOf(await ask(`/jobs/${job.id}/results/${index}`));
      expect(problem).toMatchObject({ status: 404, code: "not_found" });
    }
  });

  it("keeps to its parameters", async () => {
    const job = await created(
      await post({ model: "model", format: "webp", size: 64, images: [{ key: "uploads/a.png" }] }),
    );
    await finished(job);
    expect(await resultsOf(job)).toMatchObject([{ contentType: "image/webp", width: 64, height: 64 }]);
    const far = await created(
      await post({ model: "model", rejectAbove: 0.001, images: [{ key: "uploads/a.png" }] }),
    );
    expect(await finished(far)).toMatchObject({ status: "done", done: 0, failed: 1 });
    expect(await resultsOf(far)).toMatchObject([{ status: "failed", code: "out_of_domain" }]);
  });
});

describe("a job of uploads", () => {
  it("translates what was sent along", async () => {
    const form = new FormData();
    form.set("job", new Blob([JSON.stringify({ model: "model" })], { type: "application/json" }));
    form.append("image", new Blob([grey]), "grey.png");
    form.append("image", new Blob([await picture("#c0c0c0", "jpeg")]));
    const job = await created(await post(form));
    expect(await finished(job)).toMatchObject({ total: 2, done: 2 });
    expect(byIndex(await resultsOf(job))).toMatchObject([
      { id: "grey.png", contentType: "image/png" },
      { id: null, contentType: "image/jpeg" },
    ]);
    expect(await red(await ask(`/jobs/${job.id}/results/0`))).toBe(255 - 0x40);
  });
});

describe("a job of a manifest", () => {
  it("reads it to its end, and tells which lines name no image", async () => {
    const lines = [
      '{"key":"uploads/a.png","id":"ä"}',
      "",
      "nonsense",
      '{"key":"elsewhere/a.png"}',
      '{"key":"uploads/b.png"}',
    ];
    await served.env.PICTURES.put("uploads/list.ndjson", lines.join("\n"));
    const job = await created(await post({ model: "model", manifest: "uploads/list.ndjson" }));
    expect(job.total).toBeNull();
    expect(await finished(job)).toMatchObject({ status: "done", total: 4, done: 2, failed: 2 });
    expect(byIndex(await resultsOf(job))).toMatchObject([
      { index: 0, id: "ä", status: "done" },
      { index: 1, status: "failed", code: "invalid_request", detail: expect.stringContaining("nonsense") },
      { index: 2, status: "failed", code: "invalid_request" },
      { index: 3, status: "done" },
    ]);
  });

  it("fails where there is nothing in it", async () => {
    await served.env.PICTURES.put("uploads/empty.ndjson", "\n\n");
    const job = await created(await post({ model: "model", manifest: "uploads/empty.ndjson" }));
    expect(await finished(job)).toMatchObject({
      status: "failed",
      detail: expect.stringContaining("no image"),
    });
  });
});

describe("the same idempotency key", () => {
  it("is the same job, and no other", async () => {
    const body = { model: "model", images: [{ key: "uploads/a.png" }] };
    const headers = { "idempotency-key": "order-7" };
    const jobs = await Promise.all([post(body, headers), post(body, headers), post(body, headers)]);
    const ids = await Promise.all(jobs.map(async (response) => ((await response.json()) as Job).id));
    expect(new Set(ids).size).toBe(1);
    const again = jobSchema.parse(await (await post(body, headers)).json());
    expect(again.id).toBe(ids[0]);
    const other = await post({ ...body, format: "webp" }, headers);
    expect(await problemOf(other)).toMatchObject({ status: 409, code: "conflict" });
    const elsewhere = jobSchema.parse(await (await post(body, headers, "shop")).json());
    expect(elsewhere.id).not.toBe(ids[0]);
  });

  it("is the same job for the same form, whatever its boundary", async () => {
    const send = async (background: string) => {
      const form = new FormData();
      form.set("job", JSON.stringify({ model: "model" }));
      form.append("image", new Blob([await picture(background)]), "one.png");
      return post(form, { "idempotency-key": "form" });
    };
    const first = jobSchema.parse(await (await send("#111111")).json());
    expect(jobSchema.parse(await (await send("#111111")).json()).id).toBe(first.id);
    expect((await send("#222222")).status).toBe(409);
  });
});

describe("a job of somebody else", () => {
  it("is not there", async () => {
    const job = await created(await post({ model: "model", images: [{ key: "uploads/a.png" }] }));
    const paths = [`/jobs/${job.id}`, `/jobs/${job.id}/results`, `/jobs/${job.id}/results/0`, "/jobs/x"];
    for (const path of paths) {
      const problem = await problemOf(await ask(path, {}, path === "/jobs/x" ? "web" : "shop"));
      expect(problem).toMatchObject({ status: 404, code: "job_not_found" });
    }
    expect((await ask(`/jobs/${job.id}`, { method: "DELETE" }, "shop")).status).toBe(404);
    expect(await finished(job)).toMatchObject({ status: "done" });
  });
});

describe("a cancelled job", () => {
  it("ends, however often it is cancelled, and leaves what it has", async () => {
    const images = Array.from({ length: 300 }, () => ({ key: "uploads/a.png" }));
    const { id } = await created(await post({ model: "model", images }));
    const cancel = async () => jobSchema.parse(await (await ask(`/jobs/${id}`, { method: "DELETE" })).json());
    const cancelled = await cancel();
    expect(cancelled).toMatchObject({ status: "cancelled", finishedAt: expect.any(String) });
    const settled = async () => {
      const { done } = await jobAt(id);
      await new Promise((resolve) => setTimeout(resolve, 500));
      return (await jobAt(id)).done - done;
    };
    await expect.poll(settled, { timeout: 20_000 }).toBe(0);
    const job = await cancel();
    expect(job).toMatchObject({
      status: "cancelled",
      finishedAt: cancelled.finishedAt,
      total: 300,
      failed: 0,
    });
    expect(job.done).toBeLessThan(300);
    await served.sweep(Date.now() + 2 * STALLED_MS);
    expect(await settled()).toBe(0);
    expect(await resultsOf({ ...job })).toHaveLength(job.done);
  });
});

describe("an image that fails each time", () => {
  it("ends in the dead-letter queue, and its job ends too", { timeout: 60_000 }, async () => {
    // A version whose files are gone is there by its manifest, and can never be loaded.
    const manifest = await publishModel(registry, { id: "gone", version: "v1", ...invert, sizePixels: 48 });
    const { key } = manifest.files.model;
    const bytes = await served.env.REGISTRY.put(key, new Uint8Array(3));
    expect(bytes).toBeTruthy();
    await served.env.REGISTRY.put("models/gone/v1.json", new TextEncoder().encode(JSON.stringify(manifest)));
    const job = await created(
      await post({ model: "gone", version: "v1", images: [{ key: "uploads/a.png" }] }),
    );
    await expect.poll(async () => (await jobAt(job.id)).status, { timeout: 50_000 }).toBe("done");
    expect(await resultsOf(job)).toMatchObject([{ status: "failed", code: "model_unavailable" }]);
  });
});

describe("an object that is put into the inbox", () => {
  const notify = (key: string, action = "PutObject") =>
    served.env.TRANSLATIONS.sendBatch([
      {
        body: { account: "1", bucket: "unpaired-pictures", action, object: { key, size: 1, eTag: "1" } },
        contentType: "json",
      },
    ]);
  const outbox = (name: string) => served.env.PICTURES.head(`outbox/model/${name}`);

  it("is translated to the outbox, once per content", async () => {
    const { PICTURES } = served.env;
    await PICTURES.put("inbox/model/day/one.png", grey);
    await notify("inbox/model/day/one.png");
    await expect.poll(() => outbox("day/one.png.png"), { timeout: 20_000 }).not.toBeNull();
    const first = await outbox("day/one.png.png");
    expect(first!.customMetadata).toMatchObject({ model: "model", version: "v1", width: "32" });
    await notify("inbox/model/day/one.png");
    await PICTURES.put("inbox/model/last.png", grey);
    await notify("inbox/model/last.png", "CopyObject");
    await expect.poll(() => outbox("last.png.png"), { timeout: 20_000 }).not.toBeNull();
    expect((await outbox("day/one.png.png"))!.etag).toBe(first!.etag);
    expect((await outbox("day/one.png.png")) as unknown).toMatchObject({
      version: (first as unknown as { version: string }).version,
    });
  });

  it("has a problem beside where its translation would be, and other events do nothing", async () => {
    const { PICTURES } = served.env;
    await PICTURES.put("inbox/model/text.png", "no picture");
    await PICTURES.put("inbox/model/deleted.png", grey);
    await notify("inbox/model/deleted.png", "DeleteObject");
    await notify("uploads/a.png");
    await notify("inbox/No Model/a.png");
    await notify("inbox/model/missing.png");
    await notify("inbox/model/text.png");
    await expect.poll(() => outbox("text.png.problem.json"), { timeout: 20_000 }).not.toBeNull();
    const problem = (await PICTURES.get("outbox/model/text.png.problem.json")) as Picture;
    expect(JSON.parse(new TextDecoder().decode(await problem.arrayBuffer()))).toMatchObject({
      code: "unsupported_image",
    });
    for (const name of ["deleted.png.png", "missing.png.problem.json"]) expect(await outbox(name)).toBeNull();
  });
});

describe("what is answered is what the document says", () => {
  const images = [{ key: "uploads/a.png" }];
  const form = (...parts: readonly (readonly [string, string | Blob])[]) => {
    const data = new FormData();
    for (const [name, value] of parts) data.append(name, value);
    return data;
  };
  const model = JSON.stringify({ model: "model" });
  const refusals: [number, string, unknown, Record<string, string>?][] = [
    [400, "a text", "text"],
    [400, "another type", { model: "model", images }, { "content-type": "text/plain" }],
    [400, "a form without a job", form(["image", new Blob(["x"])])],
    [400, "a form without an image", form(["job", model])],
    [400, "a form of 101 images", form(["job", model], ...Array(101).fill(["image", new Blob(["x"])]))],
    [400, "a form of texts", form(["job", model], ["image", "x"])],
    [403, "a model that is not for the key", { model: "model", images }, { "x-api-key": "winter" }],
    [404, "a model that is not there", { model: "missing", images }],
    [413, "a large job", { model: "model", images, more: "x".repeat(1_000_000) }],
    [413, "a large form", form(["job", model], ["image", new Blob([new Uint8Array(25_000_000)])])],
    [422, "no model", { images }],
    [422, "no image", { model: "model", images: [] }],
    [422, "too many images", { model: "model", images: Array(1_001).fill(images[0]) }],
    [422, "a key elsewhere", { model: "model", images: [{ key: "results/x/0.png" }] }],
    [422, "an unknown member", { model: "model", images, colour: "red" }],
    [422, "images and a manifest", { model: "model", images, manifest: "uploads/list" }],
    [422, "a size the model does not take", { model: "model", images, size: 33 }],
    [422, "a manifest that is not there", { model: "model", manifest: "uploads/missing.ndjson" }],
    [422, "an idempotency key of spaces", { model: "model", images }, { "idempotency-key": "a b" }],
  ];
  let document: OpenApiDocument;
  beforeAll(async () => {
    document = (await (await fetch(`${served.url}/openapi.json`)).json()) as OpenApiDocument;
  });
  const differences = (method: string, path: string, response: Response) =>
    documentedAnswers(document).differences(method, path, response);

  it.each(refusals)("%i to %s", async (...refusal) => {
    const [status, , body, given = {}] = refusal as (typeof refusals)[number];
    const key = given["x-api-key"] as keyof typeof keys | undefined;
    const headers = Object.fromEntries(Object.entries(given).filter(([name]) => name !== "x-api-key"));
    const response = await (body === "text"
      ? ask("/jobs", { method: "POST", headers: { "content-type": "application/json" }, body: "text" })
      : post(body, headers, key));
    expect(response.status).toBe(status);
    expect(await differences("post", "/jobs", response)).toEqual([]);
  });

  it("of a job from beginning to end", async () => {
    const response = await post({ model: "model", images });
    const job = await created(response.clone());
    expect(await differences("post", "/jobs", response)).toEqual([]);
    await finished(job);
    const calls = [
      ["get", "/jobs/{id}", `/jobs/${job.id}`, 200],
      ["get", "/jobs/{id}", "/jobs/nobody", 404],
      ["delete", "/jobs/{id}", `/jobs/${job.id}`, 200],
      ["get", "/jobs/{id}/results", `/jobs/${job.id}/results?after=0`, 200],
      ["get", "/jobs/{id}/results", `/jobs/${job.id}/results?after=-1`, 422],
      ["get", "/jobs/{id}/results", `/jobs/${job.id}/results?page=1`, 422],
      ["get", "/jobs/{id}/results/{index}", `/jobs/${job.id}/results/0`, 200],
      ["get", "/jobs/{id}/results/{index}", `/jobs/${job.id}/results/7`, 404],
    ] as const;
    for (const [method, path, asked, status] of calls) {
      const answer = await ask(asked, { method: method.toUpperCase() });
      expect([asked, answer.status]).toEqual([asked, status]);
      expect(await differences(method, path, answer)).toEqual([]);
    }
    expect(await jobAt(job.id)).toMatchObject({ status: "done" });
  });

  it("of a service that has no jobs", async () => {
    const app = await appInProcess({ ACCESS: "open" });
    const calls = [
      ["post", "/jobs", "/jobs"],
      ["get", "/jobs/{id}", "/jobs/9f86d081884c7d659a2feaa0c55ad015"],
      ["delete", "/jobs/{id}", "/jobs/x"],
      ["get", "/jobs/{id}/results", "/jobs/x/results"],
      ["get", "/jobs/{id}/results/{index}", "/jobs/x/results/0"],
    ] as const;
    for (const [method, path, asked] of calls) {
      const response = await app.request(asked, { method: method.toUpperCase() });
      expect(await differences(method, path, response.clone())).toEqual([]);
      expect(await problemOf(response)).toMatchObject({
        code: "not_found",
        detail: expect.stringContaining("not set up"),
      });
    }
  });
});
