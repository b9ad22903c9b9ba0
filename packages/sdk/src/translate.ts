import { resolveKey } from "./idempotency-key.ts";
import { type ImageInput, toImageBlob } from "./image-body.ts";
import type { ClientConfig, RequestOptions } from "./options.ts";
import { callApi } from "./request.ts";
import { readTranslateResult, type TranslateResult } from "./result.ts";
import type { UploadProgress } from "./upload-progress.ts";
import type { ImageFormat } from "./wire.ts";

/** What to translate with, and how to encode the answer. */
export interface TranslateOptions<ModelId extends string = string> extends RequestOptions {
  /** Model id, one direction: `summer2winter`. */
  readonly model: ModelId;
  /** The published one by default. */
  readonly version?: string | undefined;
  /** The server's choice by default. */
  readonly format?: ImageFormat | undefined;
  /** Encoder quality for JPEG and WebP, 1–100. */
  readonly quality?: number | undefined;
  /** Side in pixels of the square the input is fitted to; the model's own size by default. */
  readonly size?: number | undefined;
  /**
   * How the input becomes what the model takes: `contain` (the default) keeps all of it and its aspect, `cover` takes the
   * square in its middle, `stretch` squeezes it into a square. For servers that know `fit`.
   */
  readonly fit?: "contain" | "cover" | "stretch" | undefined;
  /** Scales the result back to the input's size. For servers that know `keep-size`. */
  readonly keepSize?: boolean | undefined;
  /** Refuses inputs whose domain score is higher, with an `ApiError`. For servers that know `reject-above`. */
  readonly rejectAbove?: number | undefined;
  /** Sent as `idempotency-key` with every try; a random one by default wherever there may be a second try. */
  readonly idempotencyKey?: string | undefined;
  /**
   * Told how much of the image is on its way, from 0 again for each try. Stepwise in browsers and Node; elsewhere, and with a
   * `fetch` of your own outside Node, at the beginning and the end.
   */
  readonly onUploadProgress?: ((progress: UploadProgress) => void) | undefined;
}

/** `POST /translate` with the raw image as its body. */
export async function translate(
  config: ClientConfig,
  image: ImageInput,
  options: TranslateOptions,
): Promise<TranslateResult> {
  const { model, version, format, quality, size, signal, timeoutMs, onUploadProgress } = options;
  const query = new URLSearchParams();
  const { fit, keepSize, rejectAbove } = options;
  const renamed = { "keep-size": keepSize, "reject-above": rejectAbove };
  for (const [name, value] of Object.entries({ model, version, format, quality, size, fit, ...renamed })) {
    if (value !== undefined) query.set(name, String(value));
  }
  const idempotencyKey = resolveKey(config, options.idempotencyKey);
  const body = await toImageBlob(config, image, { signal, timeoutMs });
  const fetch =
    onUploadProgress && (await import("./upload-progress.ts")).reportUpload(config, onUploadProgress);
  const accept = format ? `image/${format}` : "image/png, image/webp, image/jpeg";
  return callApi(
    config,
    { method: "POST", path: "translate", query, accept, body, signal, timeoutMs, idempotencyKey, fetch },
    readTranslateResult,
  );
}
