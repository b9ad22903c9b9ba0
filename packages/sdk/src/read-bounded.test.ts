import { expect, test } from "vitest";
import { readBounded } from "./read-bounded.ts";

test("an aborted stream is an error, not a short one", async () => {
  const controller = new AbortController();
  const stream = new ReadableStream({ start: (stream) => stream.enqueue(Uint8Array.of(1, 2)) });
  const reading = readBounded(stream, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(reading).rejects.toThrow("enough");
});

test("a signal that aborted before is an error too", async () => {
  const stream = new Blob(["abc"]).stream();
  await expect(readBounded(stream, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow(
    "enough",
  );
});

test("the limit itself is allowed, one byte more is not", async () => {
  const stream = () => ReadableStream.from([Uint8Array.of(1, 2), Uint8Array.of(3)]);
  expect(await readBounded(stream(), { maxBytes: 3 })).toEqual(Uint8Array.of(1, 2, 3));
  expect(await readBounded(stream(), { maxBytes: 2 })).toBeUndefined();
});

test("chunks that are views keep to their part of the buffer", async () => {
  const view = new DataView(Uint8Array.of(9, 1, 2, 9).buffer, 1, 2);
  expect(await readBounded(ReadableStream.from([view]))).toEqual(Uint8Array.of(1, 2));
});
