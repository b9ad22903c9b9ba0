import type * as contracts from "@unpaired/core/contracts";
import { expectTypeOf, test } from "vitest";
import {
  type AnyRegistry,
  ApiError,
  type ApiErrorCode,
  type ApiRequest,
  type CreateJobOptions,
  type Health,
  type ImageFormat,
  type ImageInput,
  type Job,
  type JobImage,
  type JobResult,
  type JobStatus,
  type Manifest,
  type Middleware,
  type ModelIdOf,
  NotFoundError,
  type ObjectUrl,
  type Problem,
  type ProblemCode,
  RateLimitError,
  type TranslateOptions,
  type TranslateResult,
  Unpaired,
  UnpairedError,
  type UploadProgress,
} from "./index.ts";
import { type LocalModel, type LocalModelError, loadModel } from "./local/index.ts";
import type { loadModel as loadInNode } from "./local/node.ts";

const client = new Unpaired({ baseUrl: "https://api.example" });

test("translate takes an image and a model", () => {
  expectTypeOf(client.translate).parameters.toEqualTypeOf<[ImageInput, TranslateOptions]>();
  expectTypeOf(client.translate).returns.resolves.toEqualTypeOf<TranslateResult>();
  expectTypeOf<{ model: string }>().toExtend<TranslateOptions>();
  expectTypeOf<{ format: "png" }>().not.toExtend<TranslateOptions>();
  expectTypeOf<TranslateOptions["format"]>().toEqualTypeOf<"png" | "jpeg" | "webp" | undefined>();
  // @ts-expect-error a format the API does not speak
  void (() => client.translate(new Blob([]), { model: "m", format: "gif" }));
  // @ts-expect-error an option that does not exist
  void (() => client.translate(new Blob([]), { model: "m", qualty: 80 }));
});

test("every kind of image is one", () => {
  expectTypeOf<Blob>().toExtend<ImageInput>();
  expectTypeOf<File>().toExtend<ImageInput>();
  expectTypeOf<ArrayBuffer>().toExtend<ImageInput>();
  expectTypeOf<Uint8Array>().toExtend<ImageInput>();
  expectTypeOf<Buffer>().toExtend<ImageInput>();
  expectTypeOf<DataView>().toExtend<ImageInput>();
  expectTypeOf<ReadableStream<Uint8Array>>().toExtend<ImageInput>();
  expectTypeOf<URL>().toExtend<ImageInput>();
  expectTypeOf<{ data: Uint8ClampedArray; width: number; height: number }>().toExtend<ImageInput>();
  expectTypeOf<number>().not.toExtend<ImageInput>();
  expectTypeOf<undefined>().not.toExtend<ImageInput>();
});

test("a result says what it holds", () => {
  expectTypeOf<TranslateResult["contentType"]>().toEqualTypeOf<"image/png" | "image/jpeg" | "image/webp">();
  expectTypeOf<TranslateResult["version"]>().toEqualTypeOf<string>();
  expectTypeOf<TranslateResult["domainScore"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<TranslateResult["blob"]>().returns.resolves.toEqualTypeOf<Blob>();
  expectTypeOf<TranslateResult["bytes"]>().returns.resolves.toEqualTypeOf<Uint8Array<ArrayBuffer>>();
});

test("models are the contract's manifests", () => {
  expectTypeOf(client.models.list).returns.resolves.toEqualTypeOf<contracts.Manifest[]>();
  expectTypeOf(client.models.get).returns.resolves.toEqualTypeOf<contracts.Manifest>();
  expectTypeOf(client.health)
    .returns.resolves.toHaveProperty("engine")
    .toEqualTypeOf<"relaxed-simd" | "simd">();
});

test("the types written for the client are the contract's own", () => {
  expectTypeOf<Manifest>().toEqualTypeOf<contracts.Manifest>();
  expectTypeOf<Health>().toEqualTypeOf<contracts.Health>();
  expectTypeOf<ImageFormat>().toEqualTypeOf<contracts.ImageFormat>();
  expectTypeOf<Problem>().toEqualTypeOf<contracts.Problem>();
  expectTypeOf<ProblemCode>().toEqualTypeOf<contracts.ProblemCode>();
  expectTypeOf<Job>().toEqualTypeOf<contracts.Job>();
  expectTypeOf<JobImage>().toEqualTypeOf<contracts.JobImage>();
  expectTypeOf<JobStatus>().toEqualTypeOf<contracts.JobStatus>();
  expectTypeOf<JobResult>().toExtend<contracts.JobResult>();
  expectTypeOf<contracts.JobResult>().toExtend<JobResult>();
});

test("a job has its images in exactly one place", () => {
  expectTypeOf(client.jobs.create).parameter(0).toEqualTypeOf<CreateJobOptions>();
  expectTypeOf(client.jobs.create).returns.resolves.toEqualTypeOf<Job>();
  void (() => client.jobs.create({ model: "m", images: [new Blob([])], fit: "cover", quality: 80 }));
  void (() => client.jobs.create({ model: "m", keys: ["uploads/a", { key: "uploads/b", id: "b" }] }));
  void (() => client.jobs.create({ model: "m", manifest: "uploads/list", idempotencyKey: "order-7" }));
  // @ts-expect-error no images at all
  void (() => client.jobs.create({ model: "m" }));
  // @ts-expect-error images in two places
  void (() => client.jobs.create({ model: "m", keys: ["uploads/a"], manifest: "uploads/list" }));
  // @ts-expect-error no model
  void (() => client.jobs.create({ keys: ["uploads/a"] }));
  // @ts-expect-error a number is no image
  void (() => client.jobs.create({ model: "m", images: [5] }));
  // @ts-expect-error an option that does not exist
  void (() => client.jobs.create({ model: "m", keys: ["uploads/a"], qualty: 80 }));
});

test("a job's results are told apart by their status", async () => {
  for await (const result of client.jobs.results("id", { after: 3, follow: true })) {
    if (result.status === "done") expectTypeOf(result.width).toEqualTypeOf<number>();
    else expectTypeOf(result.code).toEqualTypeOf<ProblemCode>();
    // @ts-expect-error only a translated image has a size
    void result.width;
  }
  expectTypeOf(client.jobs.image).returns.resolves.toEqualTypeOf<TranslateResult>();
  // @ts-expect-error results go on behind a number
  void (() => client.jobs.results("id", { after: "3" }));
});

test("any platform's fetch can be injected", () => {
  void new Unpaired({ baseUrl: "https://api.example", fetch: globalThis.fetch });
  void new Unpaired({ baseUrl: "https://api.example", fetch: async () => new Response() });
  // @ts-expect-error there is no default server
  void (() => new Unpaired({}));
});

test("isInstance narrows to the class it is called on", () => {
  const error = {} as unknown;
  if (RateLimitError.isInstance(error)) {
    expectTypeOf(error).toEqualTypeOf<RateLimitError>();
    expectTypeOf(error.retryAfterMs).toEqualTypeOf<number | undefined>();
  }
  if (ApiError.isInstance(error)) {
    expectTypeOf(error.code).toEqualTypeOf<ApiErrorCode>();
    expectTypeOf(error.problem).toEqualTypeOf<Problem | undefined>();
  }
  if (UnpairedError.isInstance(error)) expectTypeOf(error.code).toEqualTypeOf<string>();
  expectTypeOf(NotFoundError).instance.toExtend<UnpairedError>();
});

test("model ids are inferred from a registry's type", () => {
  const registry = [{ id: "summer2winter" }, { id: "winter2summer" }] as const;
  type Id = "summer2winter" | "winter2summer";
  const typed = new Unpaired<typeof registry>({ baseUrl: "https://api.example" });
  expectTypeOf(typed.translate).parameter(1).toHaveProperty("model").toEqualTypeOf<Id>();
  // So that what takes any client takes this one.
  const any: Unpaired = typed;
  void any;
  expectTypeOf(typed.models.get).parameter(0).toEqualTypeOf<Id>();
  // @ts-expect-error a model the registry does not have
  void (() => typed.translate(new Blob([]), { model: "autumn2spring" }));
  // @ts-expect-error nor for many images
  void (() => typed.translateBatch([new Blob([])], { model: "autumn2spring" }));
  expectTypeOf(typed.jobs.create).parameter(0).toHaveProperty("model").toEqualTypeOf<Id>();
  // @ts-expect-error nor in the background
  void (() => typed.jobs.create({ model: "autumn2spring", keys: ["uploads/a"] }));
  expectTypeOf<ModelIdOf<{ a2b: number; b2a: string }>>().toEqualTypeOf<"a2b" | "b2a">();
  expectTypeOf<ModelIdOf<ReadonlyMap<"a2b", unknown>>>().toEqualTypeOf<"a2b">();
  expectTypeOf<ModelIdOf<AnyRegistry>>().toEqualTypeOf<string>();
});

test("a batch item has a result or an error, and says which image it was", async () => {
  for await (const item of client.translateBatch([new File([], "a.png")], { model: "m", concurrency: 2 })) {
    expectTypeOf(item.image).toEqualTypeOf<File>();
    if (item.error) expectTypeOf(item.result).toEqualTypeOf<undefined>();
    else expectTypeOf(item.result).toEqualTypeOf<TranslateResult>();
  }
});

test("middleware is a function of a request and what comes next", () => {
  expectTypeOf<Parameters<Middleware>>().toEqualTypeOf<
    [ApiRequest, (request: ApiRequest) => Promise<Response>]
  >();
  expectTypeOf<ApiRequest["headers"]>().toEqualTypeOf<Headers>();
  // @ts-expect-error an answer is a Response
  void (() => new Unpaired({ baseUrl: "https://api.example", middleware: [async () => "no"] }));
});

test("progress counts bytes", () => {
  const onUploadProgress = ({ sentBytes, totalBytes }: UploadProgress) => sentBytes / totalBytes;
  expectTypeOf({ model: "m", onUploadProgress }).toExtend<TranslateOptions>();
});

test("an object URL can be disposed of", () => {
  expectTypeOf<ObjectUrl>().toExtend<Disposable>();
  expectTypeOf<TranslateResult["objectUrl"]>().returns.resolves.toEqualTypeOf<ObjectUrl>();
  expectTypeOf<TranslateResult["imageData"]>().returns.resolves.toHaveProperty("data");
});

test("a local model takes the same images and gives the same results", () => {
  expectTypeOf<LocalModel["translate"]>().parameter(0).toEqualTypeOf<ImageInput>();
  expectTypeOf<LocalModel["translate"]>().returns.resolves.toEqualTypeOf<TranslateResult>();
  expectTypeOf<LocalModel>().toExtend<Disposable>();
  expectTypeOf<LocalModelError>().toExtend<UnpairedError>();
  expectTypeOf<string>().not.toExtend<LocalModelError["code"]>();
  expectTypeOf<typeof loadModel>().toEqualTypeOf<typeof loadInNode>();
  // @ts-expect-error a name alone does not say where the model is published
  void (() => loadModel("summer2winter"));
});
