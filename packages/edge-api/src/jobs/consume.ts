import type { QueueBatch, QueueMessage, TranslationQueue } from "./bindings.ts";
import type { JobStore } from "./job-store.ts";
import { itemProblem } from "./lasting-problem.ts";
import { type BucketEvent, bucketEventSchema, type JobMessage, jobMessageSchema } from "./messages.ts";
import { resendPending } from "./resend.ts";
import type { InboxTranslator } from "./translate-inbox.ts";

const FIRST_DELAY_SECONDS = 4;
const LONGEST_DELAY_SECONDS = 600;
/** What the name of a dead-letter queue ends in. */
const DEAD_SUFFIX = "-dead";

/** What the messages of jobs are done with. */
export interface ConsumerOptions {
  readonly store: JobStore;
  readonly queue: TranslationQueue;
  readonly translateItem: (job: string, index: number) => Promise<void>;
  readonly expand: (job: string) => Promise<void>;
  readonly inbox: InboxTranslator;
}

/**
 * Does what the messages of a batch say, one after the other, and tells the queue of each by itself. Whatever arrives twice
 * changes nothing; what fails for now comes again later; what nobody understands is let go.
 */
export function createConsumer({
  store,
  queue,
  translateItem,
  expand,
  inbox,
}: ConsumerOptions): (batch: QueueBatch) => Promise<void> {
  async function work(message: JobMessage): Promise<void> {
    if (message.type === "translate") await translateItem(message.job, message.index);
    else if (message.type === "expand") await expand(message.job);
    else await resendPending({ store, queue }, message.job, message.from);
  }

  async function bury(message: JobMessage): Promise<void> {
    if (message.type === "translate") {
      const { job, index } = message;
      const item = await store.item(job, index);
      const unknown = itemProblem(undefined);
      // What the last try said is there, unless it could not even say that.
      const code = item?.code ?? unknown.code;
      const detail = item?.detail ?? unknown.detail;
      await store.finish(job, index, { status: "failed", code, detail });
    } else if (message.type === "expand") {
      await store.fail(
        message.job,
        "The manifest could not be read, often as it was tried; create the job anew.",
      );
    }
  }

  async function handle({ body }: QueueMessage, isDead: boolean): Promise<void> {
    const message = readBody(body);
    if (message === undefined)
      console.error("A message is nothing this service knows.", JSON.stringify(body));
    else if ("type" in message) await (isDead ? bury(message) : work(message));
    else await (isDead ? inbox.giveUp(message) : inbox.translate(message));
  }

  return async (batch) => {
    const isDead = batch.queue.endsWith(DEAD_SUFFIX);
    for (const message of batch.messages) {
      try {
        await handle(message, isDead);
        message.ack();
      } catch (error) {
        console.error(`Message ${message.id}, delivery ${message.attempts}:`, error);
        message.retry({ delaySeconds: retryDelaySeconds(message.attempts) });
      }
    }
  };
}

/** Seconds until the next try, doubled each time. */
export function retryDelaySeconds(attempts: number): number {
  return Math.min(FIRST_DELAY_SECONDS * 2 ** (attempts - 1), LONGEST_DELAY_SECONDS);
}

function readBody(body: unknown): JobMessage | BucketEvent | undefined {
  return jobMessageSchema.safeParse(body).data ?? bucketEventSchema.safeParse(body).data;
}
