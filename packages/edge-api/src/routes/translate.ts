import type { TranslateResponse } from "@unpaired/core/contracts";
import type { Context } from "hono";
import { inspectImage } from "../codecs/inspect-image.ts";
import type { Translated, Translator } from "../inference/translator.ts";
import type { ModelRegistry } from "../model-registry/model-registry.ts";
import { toBase64 } from "../requests/base64.ts";
import { entityTag } from "../requests/etag.ts";
import { readImageUpload } from "../requests/image-upload.ts";
import type { Limits } from "../requests/limits.ts";
import { negotiate } from "../requests/negotiate.ts";
import { startStopwatch } from "../requests/stopwatch.ts";
import { parseTranslateQuery } from "../requests/translate-query.ts";
import type { AppEnv, Route } from "./route.ts";

const DEFAULT_QUALITY = 90;

/** What `POST /translate` works with. */
export interface TranslateRouteOptions {
  readonly registry: ModelRegistry;
  readonly translate: Translator;
  readonly limits: Limits;
  readonly nowMs: () => number;
}

/** `POST /translate`: everything that can be refused is refused before a pixel is decoded. */
export function translateRoute({ registry, translate, limits, nowMs }: TranslateRouteOptions): Route {
  return async (context) => {
    const { raw: request } = context.req;
    const query = parseTranslateQuery(new URL(request.url).searchParams);
    const answerFor = negotiate(request.headers.get("accept"), query.format);
    const manifest = await registry.manifest(query.model, query.version);
    const bytes = await readImageUpload(request, limits.imageBytes);
    const header = inspectImage(bytes, limits);
    const { format, asJson } = answerFor(header.format);

    const stopwatch = startStopwatch(nowMs);
    const translating = translate(
      { manifest, bytes, header, format, quality: query.quality ?? DEFAULT_QUALITY, size: query.size },
      stopwatch,
    );
    // A caller that hangs up must not take a half-loaded model with it that others wait for.
    keepAlive(context, translating);
    const translated = await translating;

    const headers = {
      "x-model": manifest.id,
      "x-model-version": manifest.version,
      ...(translated.domainScore !== undefined && { "x-domain-score": translated.domainScore.toFixed(3) }),
      "server-timing": stopwatch.header(),
      etag: await entityTag(translated.image),
      // Somebody's picture: no cache between them and us may keep it.
      "cache-control": "private, no-store",
      vary: "accept",
    };
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

function keepAlive(context: Context<AppEnv>, work: Promise<Translated>): void {
  const settled = work.then(
    () => {},
    () => {},
  );
  try {
    context.executionCtx.waitUntil(settled);
  } catch {
    // Outside a Workers runtime there is no such context, and nothing drops the work either.
  }
}
