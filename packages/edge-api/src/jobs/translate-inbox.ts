import { modelIdSchema } from "@unpaired/core/contracts";
import { type ItemProblem, itemProblem } from "./lasting-problem.ts";
import type { BucketEvent } from "./messages.ts";
import type { ItemTranslatorOptions } from "./translate-item.ts";
import { translatePicture, usePicture } from "./translate-picture.ts";

const creations: ReadonlySet<string> = new Set(["PutObject", "CopyObject", "CompleteMultipartUpload"]);

/** Translates what is put into the inbox. */
export interface InboxTranslator {
  /**
   * Translates inbox/MODEL/NAME to outbox/MODEL/NAME.FORMAT with the published version, once per content. Where it never
   * can be, outbox/MODEL/NAME.problem.json says why. Other events are left alone.
   *
   * @throws what kept it from being translated this time
   */
  translate(event: BucketEvent): Promise<void>;
  /** Gives an image up. */
  giveUp(event: BucketEvent): Promise<void>;
}

export function createInboxTranslator({
  bucket,
  versions,
  translate,
  uploads,
  limits,
  nowMs,
}: Omit<ItemTranslatorOptions, "store">): InboxTranslator {
  async function writeProblem(outbox: string, { code, detail }: ItemProblem): Promise<void> {
    await bucket.put(`${outbox}.problem.json`, JSON.stringify({ code, detail }), {
      httpMetadata: { contentType: "application/json" },
    });
  }

  return {
    async translate(event) {
      const place = placeOf(event);
      if (place === undefined) return;
      const { key, model, outbox } = place;
      try {
        const isNew = await usePicture(key, { bucket, limits, uploads }, async (picture) => {
          const { format } = picture.header;
          const result = `${outbox}.${format}`;
          const before = await bucket.head(result);
          if (before?.customMetadata?.source === picture.etag) return false;
          const manifest = await versions.resolve(model);
          const about = { source: picture.etag, model, version: manifest.version };
          const request = { manifest, parameters: {}, format, key: result, about };
          await translatePicture(picture, request, { bucket, translate, nowMs });
          return true;
        });
        if (isNew) await bucket.delete(`${outbox}.problem.json`);
      } catch (error) {
        const problem = itemProblem(error);
        if (!problem.isLasting) throw error;
        // Taken away again: nobody waits for it.
        if (problem.code !== "not_found") await writeProblem(outbox, problem);
      }
    },

    async giveUp(event) {
      const place = placeOf(event);
      if (place) await writeProblem(place.outbox, itemProblem(undefined));
    },
  };
}

function placeOf({ action, object: { key } }: BucketEvent) {
  const [, model, name] = /^inbox\/([^/]+)\/(.+)$/s.exec(key) ?? [];
  if (!creations.has(action) || name === undefined || !modelIdSchema.safeParse(model).success)
    return undefined;
  return { key, model: model!, outbox: `outbox/${model}/${name}` };
}
