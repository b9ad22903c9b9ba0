import type { ImageFormat, Manifest } from "@unpaired/core/contracts";
import { ImageError } from "../codecs/image-error.ts";
import type { ImageHeader } from "../codecs/image-header.ts";
import { inspectImage } from "../codecs/inspect-image.ts";
import { prepareTranslation } from "../inference/prepare-translation.ts";
import type { Translated, Translator } from "../inference/translator.ts";
import type { Upload, Uploads } from "../inference/uploads.ts";
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
  /** Gives the bytes back, which are accounted for until then. */
  readonly release: () => void;
}

/** Where images are read from, and who accounts for their bytes. */
export interface PictureSource {
  readonly bucket: PictureBucket;
  readonly limits: Limits;
  readonly uploads: Uploads;
}

/**
 * Reads an image, but not one that is too large, and lets go of it once it was used.
 *
 * @throws RequestError `not_found`; ImageError `image_too_large`, `unsupported_image` or `undecodable_image`;
 * BusyError while other images fill the memory; whatever `use` throws
 */
export async function usePicture<Result>(
  key: string,
  { bucket, limits, uploads }: PictureSource,
  use: (picture: ReadPicture) => Promise<Result>,
): Promise<Result> {
  const upload = uploads.begin();
  try {
    return await use(await readPicture(key, { bucket, limits }, upload));
  } finally {
    upload.end();
  }
}

async function readPicture(
  key: string,
  { bucket, limits }: Omit<PictureSource, "uploads">,
  upload: Upload,
): Promise<ReadPicture> {
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
  try {
    upload.hold(object.size);
  } catch (busy) {
    await object.body.cancel();
    throw busy;
  }
  const bytes = new Uint8Array(await object.arrayBuffer());
  const release = () => {
    bytes.buffer.transfer(0);
    upload.hold(0);
  };
  return { bytes, header: inspectImage(bytes, limits), etag: object.etag, release };
}

/** Translates a read image as `POST /translate` does, and keeps the result with what it is like. */
export async function translatePicture(
  { bytes, header, release }: ReadPicture,
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
  const translation = prepareTranslation({ manifest, bytes, header, release, ...parameters, format });
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
