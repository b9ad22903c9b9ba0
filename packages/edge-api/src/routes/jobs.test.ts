import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Job, type JobResult, jobResultSchema, jobSchema } from "@unpaired/core/contracts";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problemOf } from "../../test/problem-of.ts";
import { invert, publishModel } from "../../test/publish-model.ts";
import { type ServedJobs, serveJobs } from "../../test/served-jobs.ts";
import type { ApiKeyEntry } from "../access/api-keys.ts";
import { createApiKey } from "../access/create-api-key.ts";

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
