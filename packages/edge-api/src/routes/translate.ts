import type { TranslateResponse } from "@unpaired/core/contracts";
import { inspectImage } from "../codecs/inspect-image.ts";
import type { ModelVersions } from "../inference/model-versions.ts";
import { prepareTranslation } from "../inference/prepare-translation.ts";
import type { Translator } from "../inference/translator.ts";
import { toBase64 } from "../requests/base64.ts";
import { entityTag, matchesEntityTag } from "../requests/etag.ts";
import { readImageUpload } from "../requests/image-upload.ts";
import { keepAlive } from "../requests/keep-alive.ts";
import type { Limits } from "../requests/limits.ts";
import { assertSuitsModel } from "../requests/model-parameters.ts";
import { negotiate } from "../requests/negotiate.ts";
import { startStopwatch } from "../requests/stopwatch.ts";
import { parseTranslateQuery } from "../requests/translate-query.ts";
import type { Route } from "./route.ts";

/** What `POST /translate` works with. */
export interface TranslateRouteOptions {
  readonly versions: ModelVersions;
  readonly translate: Translator;
  readonly limits: Limits;
  /** Version of this service, part of every entity tag: another one may encode differently. */
  readonly build: string;
  readonly nowMs: () => number;
}

/** `POST /translate`: everything that can be refused is refused before a pixel is decoded. */
export function translateRoute({ versions, translate, limits, build, nowMs }: TranslateRouteOptions): Route {
  return async (context) => {
    const { raw: request } = context.req;
    const query = parseTranslateQuery(new URL(request.url).searchParams);
    const answerFor = negotiate(request.headers.get("accept"), query.format);
    const manifest = await keepAlive(context, versions.resolve(query.model, query.version));
    assertSuitsModel(query, manifest);
    const bytes = await readImageUpload(request, limits.imageBytes);
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
    });

    const { quality, size, fit, keepSize, rejectAbove } = translation;
    const tag = await entityTag(bytes, [
      build,
      manifest.id,
      manifest.version,
      { format, quality, size, fit, keepSize, rejectAbove, asJson },
    ]);
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
    // A caller that hangs up must not take a half-loaded model with it that others wait for.
    const translated = await keepAlive(context, translate(translation, stopwatch));
    if (translated.domainScore !== undefined) {
      context.header("x-domain-score", translated.domainScore.toFixed(3));
    }
    context.header("server-timing", stopwatch.header());
    const contentType = `image/${format}` as const;
    if (!asJson) return context.body(translated.image, 200, { ...headers, "content-type": contentType });
    const body: TranslateResponse = {
      model: manifest.id,
      version: manifest.version,
      requestId: context.get("requestId"),
      domainScore: translated.domainScore ?? null,
      contentType,
      width: translated.width,
      height: translated.height,
      image: toBase64(translated.image),
    };
    return context.json(body, 200, headers);
  };
}
