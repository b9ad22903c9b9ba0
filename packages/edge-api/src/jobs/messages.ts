import { jobIdSchema } from "@unpaired/core/contracts";
import * as z from "zod";
import type { TranslationQueue } from "./bindings.ts";

const job = jobIdSchema;

/** What the service sends itself: translate an image, read on in a manifest, send again what is not finished. */
export const jobMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("translate"), job, index: z.int().nonnegative() }),
  z.strictObject({ type: z.literal("expand"), job }),
  z.strictObject({ type: z.literal("resend"), job, from: z.int().nonnegative() }),
]);

/** What R2 sends when an object of a bucket changes (Cloudflare, "R2 event notifications", message format). */
export const bucketEventSchema = z.object({
  account: z.string(),
  bucket: z.string(),
  action: z.string(),
  object: z.object({ key: z.string() }),
});

export type JobMessage = z.infer<typeof jobMessageSchema>;
export type BucketEvent = z.infer<typeof bucketEventSchema>;

/** Most messages one call sends (Cloudflare, "Queues limits"). */
const MOST_AT_ONCE = 100;

/** Sends messages in their order, as many at a time as a queue takes. */
export async function sendMessages(queue: TranslationQueue, messages: readonly JobMessage[]): Promise<void> {
  for (let start = 0; start < messages.length; start += MOST_AT_ONCE) {
    const some = messages.slice(start, start + MOST_AT_ONCE);
    await queue.sendBatch(some.map((body) => ({ body, contentType: "json" })));
  }
}

/** The messages that have images of a job translated. */
export function translateMessages(job: string, indices: readonly number[]): JobMessage[] {
  return indices.map((index) => ({ type: "translate", job, index }));
}
