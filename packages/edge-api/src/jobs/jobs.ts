import type { JobBindings, QueueBatch } from "./bindings.ts";
import { createConsumer } from "./consume.ts";
import { createJobCreator, type JobCreator } from "./create-job.ts";
import { createManifestExpander, type SliceLimits } from "./expand-manifest.ts";
import { createJobStore, type JobStore } from "./job-store.ts";
import { sweepStalled } from "./resend.ts";
import { createInboxTranslator } from "./translate-inbox.ts";
import { createItemTranslator, type ItemTranslatorOptions } from "./translate-item.ts";

/** Bulk jobs: what the routes ask, what the queue delivers and what the clock calls for. */
export interface Jobs extends JobCreator {
  readonly store: JobStore;
  readonly bucket: JobBindings["PICTURES"];
  /** Does what the messages of a queue say. */
  consume(batch: QueueBatch): Promise<void>;
  /** Looks after jobs whose messages were lost. */
  sweep(nowMs: number): Promise<void>;
}

/** Bulk jobs over a database, a bucket and a queue. */
export function createJobs({
  bindings: { JOBS_DB, PICTURES: bucket, TRANSLATIONS: queue },
  newId = () => crypto.randomUUID().replaceAll("-", ""),
  sliceLimits,
  ...translation
}: {
  readonly bindings: JobBindings;
  /** Makes ids that cannot be guessed. */
  readonly newId?: () => string;
  readonly sliceLimits?: SliceLimits;
} & Omit<ItemTranslatorOptions, "store" | "bucket">): Jobs {
  const store = createJobStore(JOBS_DB, translation.nowMs);
  return {
    store,
    bucket,
    ...createJobCreator({ store, bucket, queue, newId }),
    consume: createConsumer({
      store,
      queue,
      translateItem: createItemTranslator({ ...translation, store, bucket }),
      expand: createManifestExpander({ store, bucket, queue, limits: sliceLimits }),
      inbox: createInboxTranslator({ ...translation, bucket }),
    }),
    sweep: (nowMs) => sweepStalled({ store, queue }, nowMs),
  };
}
