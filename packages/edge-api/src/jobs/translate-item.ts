import { type ImageFormat, imageFormatSchema } from "@unpaired/core/contracts";
import type { ModelVersions } from "../inference/model-versions.ts";
import type { Translator } from "../inference/translator.ts";
import type { Uploads } from "../inference/uploads.ts";
import { RequestError } from "../problems/request-error.ts";
import type { Limits } from "../requests/limits.ts";
import type { PictureBucket, PictureHead } from "./bindings.ts";
import { isUnfinished, type JobParameters, resultKey } from "./job-rows.ts";
import type { JobStore, Outcome } from "./job-store.ts";
import { itemProblem } from "./lasting-problem.ts";
import { translatePicture, usePicture } from "./translate-picture.ts";

/** What translating an image of a job takes. */
export interface ItemTranslatorOptions {
  readonly store: JobStore;
  readonly bucket: PictureBucket;
  readonly versions: Pick<ModelVersions, "resolve">;
  readonly translate: Translator;
  /** Accounts for the images read. */
  readonly uploads: Uploads;
  readonly limits: Limits;
  readonly nowMs: () => number;
}

/**
 * Has one image of a job translated and counted, once, however often it is called. An image that can never be translated is
 * finished too.
 *
 * @throws what kept it from being translated this time
 */
export function createItemTranslator({
  store,
  bucket,
  versions,
  translate,
  uploads,
  limits,
  nowMs,
}: ItemTranslatorOptions): (job: string, index: number) => Promise<void> {
  /** A result that was written by a try which did not live to count it. */
  async function written(job: string, index: number, format: ImageFormat): Promise<Outcome | undefined> {
    const head = await bucket.head(resultKey(job, index, format));
    return head === null ? undefined : outcomeOf(head, format);
  }

  async function translateOnce(
    job: string,
    index: number,
    { model, version, sourceKey, parameters }: ItemToTranslate,
  ): Promise<Outcome> {
    return usePicture(sourceKey, { bucket, limits, uploads }, async (picture) => {
      const format = parameters.format ?? picture.header.format;
      const before = await written(job, index, format);
      if (before) return before;
      const manifest = await versions.resolve(model, version);
      const key = resultKey(job, index, format);
      const { image, width, height, domainScore } = await translatePicture(
        picture,
        { manifest, parameters, format, key },
        { bucket, translate, nowMs },
      );
      return { status: "done", format, width, height, bytes: image.length, domainScore: domainScore ?? null };
    });
  }

  return async (job, index) => {
    const item = await store.item(job, index);
    if (item === null || item.state !== "pending" || !isUnfinished(item)) return;
    try {
      if (item.source_key === null) {
        throw new RequestError("invalid_request", item.detail ?? "The line names no image.");
      }
      const { model, version, source_key: sourceKey } = item;
      const parameters = JSON.parse(item.parameters) as JobParameters;
      await store.finish(
        job,
        index,
        await translateOnce(job, index, { model, version, sourceKey, parameters }),
      );
    } catch (error) {
      const { code, detail, isLasting } = itemProblem(error);
      if (!isLasting) {
        await store.noteFailure(job, index, code, detail);
        throw error;
      }
      // The image may have been taken away after it was translated, and before it was counted.
      const results = item.source_key === null ? [] : imageFormatSchema.options;
      let before: Outcome | undefined;
      for (const format of code === "not_found" ? results : []) before ??= await written(job, index, format);
      await store.finish(job, index, before ?? { status: "failed", code, detail });
    }
  };
}

interface ItemToTranslate {
  readonly model: string;
  readonly version: string;
  readonly sourceKey: string;
  readonly parameters: JobParameters;
}

function outcomeOf({ size, customMetadata = {} }: PictureHead, format: ImageFormat): Outcome {
  const { width, height, domainScore } = customMetadata;
  return {
    status: "done",
    format,
    width: Number(width),
    height: Number(height),
    bytes: size,
    domainScore: domainScore === undefined ? null : Number(domainScore),
  };
}
