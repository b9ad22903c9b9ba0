import { createJobSchema, jobSchema, uploadedJobSchema } from "@unpaired/core/contracts";
import { expect, test } from "vitest";
import { ConflictError, InvalidImageError, NotFoundError } from "./api-error.ts";
import { InvalidArgumentError, MalformedAnswerError } from "./errors.ts";
import type { CreateJobOptions } from "./jobs.ts";
import {
  baseUrl,
  createClient,
  imageAnswer,
  problemAnswer,
  type ReceivedRequest,
  useApiServer,
} from "./testing/api-server.ts";
import { images } from "./testing/images.ts";
import type { Job } from "./wire.ts";

const { serve } = useApiServer();

const job: Job = jobSchema.parse({
  id: "0123456789abcdef",
  model: "summer2winter",
  version: "v1",
  status: "running",
  total: 3,
  done: 1,
  failed: 0,
  createdAt: "2026-11-23T12:00:00Z",
  finishedAt: null,
  detail: null,
});
const model = "summer2winter";
const path = `/jobs/${job.id}`;
const jsonOf = ({ body }: ReceivedRequest) => JSON.parse(new TextDecoder().decode(body));
const formOf = ({ headers, body }: ReceivedRequest) =>
  new Response(new Uint8Array(body), {
    headers: { "content-type": headers.get("content-type")! },
  }).formData();

test("a job of keys is what the contract says, every option included", async () => {
  const received = serve("/jobs", () => Response.json(job, { status: 202 }));
  const options = {
    model,
    version: "v1",
    format: "webp",
    quality: 80,
    size: 128,
    fit: "cover",
    keepSize: true,
    rejectAbove: 2.5,
  } as const;
  const keys = ["uploads/a.png", { key: "uploads/b.png", id: "b" }];
  await expect(createClient().client.jobs.create({ ...options, keys })).resolves.toEqual(job);
  const [request] = received;
  expect(request!.method).toBe("POST");
  expect(request!.headers.get("content-type")).toBe("application/json");
  expect(createJobSchema.parse(jsonOf(request!))).toEqual({
    ...options,
    images: [{ key: "uploads/a.png" }, { key: "uploads/b.png", id: "b" }],
  });
});

test("a job of a manifest names it and nothing else", async () => {
  const received = serve("/jobs", () => Response.json(job));
  await createClient().client.jobs.create({ model, manifest: "uploads/list.jsonl" });
  expect(createJobSchema.parse(jsonOf(received[0]!))).toEqual({ model, manifest: "uploads/list.jsonl" });
});

test("a job of images is a form with each of them, sent again whole with the same key", async () => {
  const received = serve("/jobs", (_, index) =>
    index === 0 ? new Response(null, { status: 503 }) : Response.json(job),
  );
  async function* some() {
    yield new File([images.png], 'my "first"\n.png');
    yield new Blob([images.jpeg]).stream();
    yield new URL(`data:image/webp;base64,${Buffer.from(images.webp).toString("base64")}`);
  }
  await createClient().client.jobs.create({ model, format: "png", images: some() });
  expect(received).toHaveLength(2);
  expect(received[1]!.body).toEqual(received[0]!.body);
  const [first, second] = received.map(({ headers }) => headers.get("idempotency-key"));
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(second).toBe(first);
  const form = await formOf(received[0]!);
  const description = form.get("job") as File;
  expect(description.type).toBe("application/json");
  expect(uploadedJobSchema.parse(JSON.parse(await description.text()))).toEqual({ model, format: "png" });
  const parts = form.getAll("image") as File[];
  expect(parts.map(({ name }) => name)).toEqual(['my "first"\n.png', "blob", "blob"]);
  expect(parts.map(({ type }) => type)).toEqual(["image/png", "image/jpeg", "image/webp"]);
  const bytes = await Promise.all(parts.map(async (part) => new Uint8Array(await part.arrayBuffer())));
  expect(bytes).toEqual([images.png, images.jpeg, images.webp]);
  expect([...form.keys()]).toEqual(["job", "image", "image", "image"]);
});

test("a job carries a key even where nothing is tried again, or the caller's", async () => {
  const received = serve("/jobs", () => Response.json(job));
  const { client } = createClient({ maxRetries: 0 });
  await client.jobs.create({ model, keys: ["uploads/a"] });
  await client.jobs.create({ model, keys: ["uploads/a"], idempotencyKey: "order-7" });
  const [random, own] = received.map(({ headers }) => headers.get("idempotency-key"));
  expect(random).toMatch(/^[0-9a-f]{32}$/);
  expect(own).toBe("order-7");
});

test("the upload of a job's images reports its progress", async () => {
  serve("/jobs", () => Response.json(job));
  const steps: number[] = [];
  let totalBytes = 0;
  await createClient().client.jobs.create({
    model,
    images: [images.png],
    onUploadProgress: (progress) => {
      steps.push(progress.sentBytes);
      totalBytes = progress.totalBytes;
    },
  });
  expect(totalBytes).toBeGreaterThan(images.png.length);
  expect([steps[0], steps.at(-1)]).toEqual([0, totalBytes]);
});

function* endless() {
  for (;;) yield images.png;
}

test.each<[string, object, RegExp]>([
  ["no images at all", {}, /0 of images, keys and manifest/],
  ["images and keys", { images: [images.png], keys: ["uploads/a"] }, /2 of images, keys and manifest/],
  ["an empty list", { images: [] }, /at least one/],
  ["more images than a form may have", { images: endless() }, /more than 100 images/],
  ["something that is no image", { images: [5] }, /the image is 5/],
  ["a key no header can carry", { keys: ["uploads/a"], idempotencyKey: "a b" }, /idempotencyKey/],
])("a job with %s is refused before anything is sent", async (_, options, message) => {
  const received = serve("/jobs", () => Response.json(job));
  const error = await createClient()
    .client.jobs.create({ model, ...options } as unknown as CreateJobOptions)
    .catch((error) => error);
  expect(error).toBeInstanceOf(InvalidArgumentError);
  expect(error.message).toMatch(message);
  expect(received).toEqual([]);
});

test("get asks for a job and cancel ends it", async () => {
  const received = serve(path, ({ method }) =>
    Response.json(method === "DELETE" ? { ...job, status: "cancelled" } : job),
  );
  const { client } = createClient();
  await expect(client.jobs.get(job.id)).resolves.toEqual(job);
  await expect(client.jobs.cancel(job.id)).resolves.toEqual({ ...job, status: "cancelled" });
  expect(received.map(({ method }) => method)).toEqual(["GET", "DELETE"]);
});

test("a job nobody knows is a NotFoundError, one that has ended a ConflictError", async () => {
  serve(path, ({ method }) =>
    method === "GET" ? problemAnswer("job_not_found", 404) : problemAnswer("conflict", 409),
  );
  const { jobs } = createClient().client;
  const missing = await jobs.get(job.id).catch((error) => error);
  expect(missing).toBeInstanceOf(NotFoundError);
  expect(missing.code).toBe("job_not_found");
  await expect(jobs.cancel(job.id)).rejects.toThrow(ConflictError);
});

test.each(["", ".", ".."])("the job id %j is refused, which would be another path", async (id) => {
  const { jobs } = createClient().client;
  await expect(jobs.get(id)).rejects.toThrow(InvalidArgumentError);
  await expect(jobs.results(id).next()).rejects.toThrow(InvalidArgumentError);
  await expect(jobs.image(id, 0)).rejects.toThrow(InvalidArgumentError);
});

test.each<[string, unknown]>([
  ["null", null],
  ["a count that is text", { ...job, done: "1" }],
  ["no end", { ...job, finishedAt: undefined }],
])("an answer of %s is no job", async (_, answer) => {
  serve(path, () => Response.json(answer));
  await expect(createClient().client.jobs.get(job.id)).rejects.toThrow(MalformedAnswerError);
});

test("an image of a job is the result a translation gives", async () => {
  const received = serve(`${path}/results/:index`, () => imageAnswer());
  const result = await createClient().client.jobs.image(job.id, 2);
  expect(received[0]!.url.href).toBe(`${baseUrl}${path}/results/2`);
  expect(received[0]!.headers.get("accept")).toContain("image/png");
  expect(await result.bytes()).toEqual(images.png);
  expect((await result.blob()).type).toBe("image/png");
  expect(result).toMatchObject({ model, version: "v1", domainScore: 0.87, requestId: "req-1" });
});

test("an image without its model and version has those of its job, asked for once", async () => {
  const bare = () => new Response(images.webp, { headers: { "content-type": "image/webp" } });
  serve(`${path}/results/:index`, bare);
  const asked = serve(path, () => Response.json(job));
  const { jobs } = createClient().client;
  for (const index of [0, 1]) {
    expect(await jobs.image(job.id, index)).toMatchObject({ model: job.model, version: job.version });
  }
  expect(asked).toHaveLength(1);
});

test("an image that could not be translated is the error the server gives", async () => {
  serve(`${path}/results/:index`, () => problemAnswer("undecodable_image", 422));
  await expect(createClient().client.jobs.image(job.id, 0)).rejects.toThrow(InvalidImageError);
});

test("what is no image is refused, whatever its type says", async () => {
  serve(`${path}/results/:index`, () => imageAnswer({ body: "no image" }));
  await expect(createClient().client.jobs.image(job.id, 0)).rejects.toThrow(MalformedAnswerError);
});

test.each([-1, 0.5, Number.NaN])("the index %d is refused", async (index) => {
  await expect(createClient().client.jobs.image(job.id, index)).rejects.toThrow(InvalidArgumentError);
});
