import fc from "fast-check";
import { expect, test } from "vitest";
import { BrokenLine, LineReader } from "./line-reader.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function streamOf(chunks: readonly unknown[]): ReadableStream<unknown> {
  return new ReadableStream({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function readAll(chunks: readonly unknown[], maxLineBytes = 1000) {
  const reader = new LineReader(streamOf(chunks), { maxLineBytes });
  const lines = [];
  for (;;) {
    const line = await reader.next();
    if (line === undefined) return lines;
    lines.push(line);
    if (line instanceof BrokenLine) return lines;
  }
}

test("lines come out whole, wherever the stream was cut into chunks", async () => {
  const text = fc.string({ unit: "grapheme", maxLength: 12 }).map((line) => line.replaceAll("\n", ""));
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 6 }), fc.array(fc.nat(60)), async (lines, cuts) => {
      const bytes = encode(lines.map((line) => `${line}\n`).join(""));
      const edges = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort(
        (a, b) => a - b,
      );
      const chunks = edges.slice(1).map((edge, index) => bytes.slice(edges[index], edge));
      expect(await readAll(chunks)).toEqual(lines);
    }),
    { numRuns: 200, seed: 3 },
  );
});

test("a last line without its end is cut off", async () => {
  expect(await readAll([encode("a\nb")])).toEqual(["a", new BrokenLine("cut off")]);
});

test("a line may be as long as the bound and no longer, in one chunk or in many", async () => {
  expect(await readAll([encode(`${"a".repeat(10)}\n`)], 10)).toEqual(["a".repeat(10)]);
  expect(await readAll([encode(`${"a".repeat(11)}\n`)], 10)).toEqual([new BrokenLine("too long")]);
  const letters = Array.from({ length: 11 }, () => encode("a"));
  expect(await readAll(letters, 10)).toEqual([new BrokenLine("too long")]);
});

test("a line without end is given up long before memory is", async () => {
  let chunks = 0;
  const endless = new ReadableStream<unknown>({
    pull: (controller) => {
      chunks++;
      controller.enqueue(new Uint8Array(1000).fill(97));
    },
  });
  const reader = new LineReader(endless, { maxLineBytes: 10_000 });
  expect(await reader.next()).toEqual(new BrokenLine("too long"));
  expect(chunks).toBeLessThan(15);
});

test("a chunk that is not bytes is refused", async () => {
  await expect(readAll(["text"])).rejects.toThrow(TypeError);
});
