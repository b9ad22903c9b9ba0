import type { ImageFormat } from "@unpaired/core/contracts";
import { type ImageInput, toImageBlob } from "./image-body.ts";
import type { ClientConfig, RequestOptions } from "./options.ts";
import { callApi } from "./request.ts";
import { TranslateResult } from "./result.ts";

/** What to translate with, and how to encode the answer. */
export interface TranslateOptions extends RequestOptions {
  /** Model id, one direction: `summer2winter`. */
  readonly model: string;
  /** The published one by default. */
  readonly version?: string | undefined;
  /** The server's choice by default. */
  readonly format?: ImageFormat | undefined;
  /** Encoder quality for JPEG and WebP, 1–100. */
  readonly quality?: number | undefined;
  /** Side in pixels of the square the input is fitted to; the model's own size by default. */
  readonly size?: number | undefined;
}

/** `POST /translate` with the raw image as its body. */
export async function translate(
  config: ClientConfig,
  image: ImageInput,
  { signal, timeoutMs, ...parameters }: TranslateOptions,
): Promise<TranslateResult> {
  const { model, version, format, quality, size } = parameters;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ model, version, format, quality, size })) {
    if (value !== undefined) query.set(name, String(value));
  }
  const body = await toImageBlob(config, image, { signal, timeoutMs });
  const accept = format ? `image/${format}` : "image/png, image/webp, image/jpeg";
  return callApi(
    config,
    { method: "POST", path: "translate", query, accept, body, signal, timeoutMs },
    (answer) => new TranslateResult(answer),
  );
}
