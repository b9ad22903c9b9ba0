import type { Manifest as CoreManifest } from "@unpaired/core/contracts";
import { expectTypeOf, test } from "vitest";
import {
  ApiError,
  type ApiErrorCode,
  type ImageInput,
  type Manifest,
  NotFoundError,
  type Problem,
  RateLimitError,
  type TranslateOptions,
  type TranslateResult,
  Unpaired,
  UnpairedError,
} from "./index.ts";

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
  expectTypeOf<Manifest>().toEqualTypeOf<CoreManifest>();
  expectTypeOf(client.models.list).returns.resolves.toEqualTypeOf<CoreManifest[]>();
  expectTypeOf(client.models.get).returns.resolves.toEqualTypeOf<CoreManifest>();
  expectTypeOf(client.health)
    .returns.resolves.toHaveProperty("engine")
    .toEqualTypeOf<"relaxed-simd" | "simd">();
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
