import type { Context } from "hono";
import { cacheUse } from "../cache/request-directives.ts";
import type { ResultCache } from "../cache/result-cache.ts";
import { inspectImage } from "../codecs/inspect-image.ts";
import type { ModelVersions } from "../inference/model-versions.ts";
import { prepareTranslation } from "../inference/prepare-translation.ts";
import { assertInDomain, type Translated, type Translator } from "../inference/translator.ts";
import type { Turnstile } from "../inference/turnstile.ts";
import type { Upload, Uploads } from "../inference/uploads.ts";
import { sha256Hex } from "../model-registry/sha256.ts";
import { digestOf, matchesEntityTag, tagOfDigest } from "../requests/etag.ts";
import { readImageUpload } from "../requests/image-upload.ts";
import { jsonAnswer } from "../requests/json-answer.ts";
import { keepAlive } from "../requests/keep-alive.ts";
import type { Limits } from "../requests/limits.ts";
import { assertSuitsModel } from "../requests/model-parameters.ts";
import { negotiate } from "../requests/negotiate.ts";
import { type Stopwatch, startStopwatch } from "../requests/stopwatch.ts";
import { parseTranslateQuery } from "../requests/translate-query.ts";
import type { AppEnv, Route } from "./route.ts";

/** What `POST /translate` works with. */
export interface TranslateRouteOptions {
  readonly versions: ModelVersions;
  readonly translate: Translator;
  readonly uploads: Uploads;
  readonly turnstile: Pick<Turnstile, "assertRoom">;
  /** Absent, every result is made anew. */
  readonly results?: ResultCache | undefined;
  readonly limits: Limits;
  /** Version of this service, part of every entity tag: another one may encode differently. */
  readonly build: string;
  readonly nowMs: () => number;
}

/** `POST /translate`: everything that can be refused is refused before a pixel is decoded. */
export function translateRoute(options: TranslateRouteOptions): Route {
  return (context) => {
    const upload = options.uploads.begin();
    // A caller that hangs up must not take with it a half-loaded model that others wait for, nor leave its upload counted.
    return keepAlive(
      context,
      answer(context, options, upload).finally(() => upload.end()),
    );
  };
}

async function answer(
  context: Context<AppEnv>,
  { versions, translate, turnstile, results, limits, build, nowMs }: TranslateRouteOptions,
  upload: Upload,
): Promise<Response> {
  const { raw: request } = context.req;
  const { signal } = request;
  const { origin, searchParams } = new URL(request.url);
  const query = parseTranslateQuery(searchParams);
  const answerFor = negotiate(request.headers.get("accept"), query.format);
  // Before anything is waited for: each wait is as long as an image takes when many are under way.
  turnstile.assertRoom();
  const manifest = await versions.resolve(query.model, query.version, signal);
  assertSuitsModel(query, manifest);
  const bytes = await readImageUpload(request, limits.imageBytes, upload);
  const header = inspectImage(bytes, limits);
  const { format, asJson } = answerFor(header.format);
  const translation = prepareTranslation({
    manifest,
    bytes,
    header,
    format,
    quality: query.quality,
    size: query.size,
    fit: query.fit,
    keepSize: query["keep-size"] !== undefined && query["keep-size"] !== "false",
    rejectAbove: query["reject-above"],
    release() {
      // Given back now, whoever still holds on to the array.
      bytes.buffer.transfer(0);
      upload.hold(0);
    },
    signal,
  });

  const { quality, size, fit, keepSize, rejectAbove } = translation;
  const made = { format, quality, size: size ?? null, fit, keepSize };
  const key = await digestOf(await sha256Hex(bytes), [build, manifest.id, manifest.version, made]);
  const tag = tagOfDigest(await digestOf(key, [{ rejectAbove, asJson }]));
  const headers = {
    "x-model": manifest.id,
    "x-model-version": manifest.version,
    // A JSON answer also names its request, so two of them mean the same without being the same bytes.
    etag: asJson ? `W/${tag}` : tag,
    // Somebody's picture: no cache between them and us may keep it.
    "cache-control": "private, no-store",
    vary: "accept",
  };
  // Translating changes nothing, so a caller that has the answer is told so as it would be for a GET.
  if (matchesEntityTag(request.headers.get("if-none-match"), tag)) return context.body(null, 304, headers);

  const stopwatch = startStopwatch(nowMs);
  const use = cacheUse(request.headers.get("cache-control"));
  const found = use.mayRead && results && (await findResult(results, { origin, key }, stopwatch));
  // A result is kept without the limit it was asked with: another one may be asked with now.
  if (found) assertInDomain(found.domainScore, translation);
  const translated = found || (await translate(translation, stopwatch));
  if (!found && use.mayWrite && results) {
    void keepAlive(context, results.keep(origin, key, translated, format));
  }
  if (translated.domainScore !== undefined) {
    context.header("x-domain-score", translated.domainScore.toFixed(3));
  }
  context.header("server-timing", stopwatch.header());
  const contentType = `image/${format}` as const;
  if (!asJson) return context.body(translated.image, 200, { ...headers, "content-type": contentType });
  const facts = {
    model: manifest.id,
    version: manifest.version,
    requestId: context.get("requestId"),
    domainScore: translated.domainScore ?? null,
    contentType,
    width: translated.width,
    height: translated.height,
  };
  return context.body(jsonAnswer(facts, translated.image), 200, {
    ...headers,
    "content-type": "application/json",
  });
}

async function findResult(
  results: ResultCache,
  { origin, key }: { readonly origin: string; readonly key: string },
  stopwatch: Stopwatch,
): Promise<Translated | undefined> {
  const found = await stopwatch.measure("cache", () => results.find(origin, key));
  stopwatch.describe("cache", found ? "hit" : "miss");
  return found;
}
