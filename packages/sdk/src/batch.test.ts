import fc from "fast-check";
import { expect, test } from "vitest";
import { runBatch } from "./batch.ts";
import { AbortedError, InvalidArgumentError } from "./errors.ts";
import { createClient, imageAnswer, problemAnswer, useApiServer } from "./testing/api-server.ts";
import { images } from "./testing/images.ts";

const { serve } = useApiServer();
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

test("every image gets its result or its error", async () => {
  const received = serve("/translate", ({ body }) =>
    body.length === images.webp.length ? problemAnswer("undecodable_image", 422) : imageAnswer(),
  );
  const inputs = [images.png, images.webp, images.jpeg, images.png];
  const items = [];
  for await (const item of createClient().client.translateBatch(inputs, { model: "m" })) items.push(item);
  items.sort((a, b) => a.index - b.index);
  expect(items.map(({ image }) => image)).toEqual(inputs);
  expect(items.map(({ error, result }) => error?.name ?? result?.model)).toEqual([
    "summer2winter",
    "InvalidImageError",
    "summer2winter",
    "summer2winter",
  ]);
  expect(received).toHaveLength(4);
});

test("never more than concurrency at once, and as many where there are enough", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(5), { maxLength: 20 }),
      fc.integer({ min: 1, max: 6 }),
      async (lengths, concurrency) => {
        let running = 0;
        let most = 0;
        const work = async (length: number) => {
          most = Math.max(most, ++running);
          await turns(length + 1);
          running--;
          return length * 2;
        };
        const items = [];
        for await (const item of runBatch(lengths, work, { concurrency })) items.push(item);
        expect(most).toBe(Math.min(concurrency, lengths.length));
        const results = items.sort((a, b) => a.index - b.index).map(({ result }) => result);
        expect(results).toEqual(lengths.map((length) => length * 2));
      },
    ),
    { numRuns: 30, seed: 5 },
  );
});

test("a sequence without end is read only as far as the caller goes", async () => {
  let taken = 0;
  let isClosed = false;
  async function* endless() {
    try {
      for (;;) yield taken++;
    } finally {
      isClosed = true;
    }
  }
  const signals: AbortSignal[] = [];
  const work = async (value: number, signal: AbortSignal) => {
    signals.push(signal);
    if (value > 2) await new Promise(() => {});
    return value;
  };
  let seen = 0;
  for await (const _ of runBatch(endless(), work, { concurrency: 2 })) if (++seen === 3) break;
  await turns(3);
  expect(taken).toBeLessThanOrEqual(6);
  expect(isClosed).toBe(true);
  expect(signals.every(({ aborted }) => aborted)).toBe(true);
});

test("an image that is done does not wait for a sequence that is slow", async () => {
  async function* slow() {
    yield 1;
    await new Promise(() => {});
  }
  const batch = runBatch(slow(), async (value) => value, { concurrency: 4 });
  expect((await batch.next()).value).toMatchObject({ index: 0, result: 1 });
});

test("an abort ends the batch and every call in it", async () => {
  const received = serve("/translate", () => new Promise(() => {}));
  const controller = new AbortController();
  const batch = createClient().client.translateBatch([images.png, images.jpeg, images.webp], {
    model: "m",
    concurrency: 2,
    signal: controller.signal,
  });
  const next = batch.next().catch((error) => error);
  await expect.poll(() => received.length).toBe(2);
  controller.abort("enough");
  expect(await next).toBeInstanceOf(AbortedError);
  expect((await next).cause).toBe("enough");
  await turns(3);
  expect(received).toHaveLength(2);
});

test("a batch whose signal was aborted before takes nothing", async () => {
  let taken = 0;
  const sequence = { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: taken++ }) }) };
  const batch = runBatch(sequence, async (value) => value, { signal: AbortSignal.abort() });
  await expect(batch.next()).rejects.toThrow(AbortedError);
  expect(taken).toBe(0);
});

test("what the sequence throws ends the batch", async () => {
  async function* broken() {
    yield 1;
    throw new Error("folder gone");
  }
  const work = (_: number, signal: AbortSignal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  await expect(runBatch(broken(), work, {}).next()).rejects.toThrow("folder gone");
});

test.each([0, 65, 1.5, Number.NaN])("concurrency %d is refused", async (concurrency) => {
  const batch = createClient().client.translateBatch([images.png], { model: "m", concurrency });
  await expect(batch.next()).rejects.toThrow(InvalidArgumentError);
});
