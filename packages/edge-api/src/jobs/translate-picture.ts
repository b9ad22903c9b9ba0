import type { ImageFormat, Manifest } from "@unpaired/core/contracts";
import { ImageError } from "../codecs/image-error.ts";
import type { ImageHeader } from "../codecs/image-header.ts";
import { inspectImage } from "../codecs/inspect-image.ts";
import { prepareTranslation } from "../inference/prepare-translation.ts";
import type { Translated, Translator } from "../inference/translator.ts";
import { RequestError } from "../problems/request-error.ts";
import type { Limits } from "../requests/limits.ts";
import { startStopwatch } from "../requests/stopwatch.ts";
import type { PictureBucket } from "./bindings.ts";
import type { JobParameters } from "./job-rows.ts";

/** An image of the bucket that may be decoded. */
export interface ReadPicture {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly header: ImageHeader;
  readonly etag: string;
}

/**
 * Reads an image, but not one that is too large.
 *
 * @throws RequestError `not_found`; ImageError `image_too_large`, `unsupported_image` or `undecodable_image`
 */
export async function readPicture(bucket: PictureBucket, key: string, limits: Limits): Promise<ReadPicture> {
  const object = await bucket.get(key);
  if (object === null || !("body" in object)) {
    throw new RequestError("not_found", `There is no object ${key} in the bucket; upload it and ask anew.`);
  }
  if (object.size > limits.imageBytes) {
    await object.body.cancel();
    throw new ImageError(
      "image_too_large",
      `Object ${key} is ${object.size} bytes; give an image of at most ${limits.imageBytes} bytes.`,
    );
  }
  const bytes = new Uint8Array(await object.arrayBuffer());
  return { bytes, header: inspectImage(bytes, limits), etag: object.etag };
}

/** Translates a read image as `POST /translate` does, and keeps the result with what it is like. */
export async function translatePicture(
  { bytes, header }: ReadPicture,
  {
    manifest,
    parameters,
    format,
    key,
    about = {},
  }: {
    readonly manifest: Manifest;
    readonly parameters: JobParameters;
    readonly format: ImageFormat;
    /** Where the result goes. */
    readonly key: string;
    /** Metadata to keep beside the result's own. */
    readonly about?: Readonly<Record<string, string>>;
  },
  {
    bucket,
    translate,
    nowMs,
  }: { readonly bucket: PictureBucket; readonly translate: Translator; readonly nowMs: () => number },
): Promise<Translated> {
  const translation = prepareTranslation({ manifest, bytes, header, ...parameters, format });
  const translated = await translate(translation, startStopwatch(nowMs));
  const { image, width, height, domainScore } = translated;
  await bucket.put(key, image, {
    httpMetadata: { contentType: `image/${format}` },
    customMetadata: {
      ...about,
      width: String(width),
      height: String(height),
      ...(domainScore !== undefined && { domainScore: String(domainScore) }),
    },
  });
  return translated;
}
