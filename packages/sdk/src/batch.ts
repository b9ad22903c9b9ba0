import { AbortedError, InvalidArgumentError } from "./errors.ts";

/** Images to work through, at hand or still arriving. */
export type ImageSequence<Image> = Iterable<Image> | AsyncIterable<Image>;

/** How a batch runs. */
export interface BatchOptions {
  /** Images under way at once, 1–64; 4 by default. */
  readonly concurrency?: number | undefined;
  /** Ends the batch and every call in it with an `AbortedError`. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of one image of a batch: a `result`, or an `error`. */
export type BatchItem<Image, Result> =
  | { readonly index: number; readonly image: Image; readonly result: Result; readonly error?: undefined }
  | { readonly index: number; readonly image: Image; readonly result?: undefined; readonly error: Error };

const maxConcurrency = 64;

/**
 * Works through a sequence, `concurrency` at a time, and gives each item as soon as it is done. The next one is taken from
 * the sequence only when the caller has come for more, so that neither side runs ahead; leaving the loop ends what is under way.
 *
 * @throws {InvalidArgumentError | AbortedError} and whatever the sequence throws; what `work` throws is an item's `error`
 */
export async function* runBatch<Image, Result>(
  images: ImageSequence<Image>,
  work: (image: Image, signal: AbortSignal) => Promise<Result>,
  { concurrency = 4, signal }: BatchOptions,
): AsyncGenerator<BatchItem<Image, Result>, void, undefined> {
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > maxConcurrency) {
    throw new InvalidArgumentError(
      `concurrency is ${concurrency}; give a whole number from 1 to ${maxConcurrency}`,
    );
  }
  const ending = new AbortController();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => {});
  const onAbort = () =>
    reject(new AbortedError("the batch was aborted by its signal", { cause: signal?.reason }));
  if (signal?.aborted) {
    onAbort();
    await aborted;
  }
  signal?.addEventListener("abort", onAbort);

  const iterator =
    Symbol.asyncIterator in images ? images[Symbol.asyncIterator]() : images[Symbol.iterator]();
  const running = new Map<number, Promise<BatchItem<Image, Result>>>();
  let arriving: Promise<{ readonly step: IteratorResult<Image> }> | undefined;
  let started = 0;
  let isExhausted = false;

  const start = (image: Image) => {
    const index = started++;
    const item = work(image, ending.signal).then(
      (result) => ({ index, image, result }),
      (error: Error) => ({ index, image, error }),
    );
    running.set(index, item);
  };
  const take = async () => ({ step: await iterator.next() });

  try {
    for (;;) {
      if (!isExhausted && !arriving && running.size < concurrency) arriving = take();
      if (!arriving && running.size === 0) return;
      const settled = await Promise.race([aborted, ...(arriving ? [arriving] : []), ...running.values()]);
      if ("step" in settled) {
        arriving = undefined;
        if (settled.step.done) isExhausted = true;
        else start(settled.step.value);
      } else {
        running.delete(settled.index);
        yield settled;
      }
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    ending.abort(signal?.reason);
    arriving?.catch(() => {});
    // A sequence that waits for ever must not keep the batch from ending.
    if (!isExhausted) void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
