import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readManifestLines } from "./read-manifest.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const read = (text: string, isEnd = true, mostLines = 100) =>
  readManifestLines(bytesOf(text), { isEnd, mostLines });
const line = (name: string) => `{"key":"uploads/${name}"}`;

describe("readManifestLines", () => {
  it("takes whole lines, and the last one without a newline at the end only", () => {
    const text = `${line("a")}\r\n\n ${line("b")}`;
    expect(read(text).items.map(({ key }) => key)).toEqual(["uploads/a", "uploads/b"]);
    expect(read(text).bytes).toBe(text.length);
    expect(read(text, false)).toEqual({
      items: [{ key: "uploads/a", id: null }],
      bytes: line("a").length + 3,
    });
    expect(read(text, true, 1).bytes).toBe(line("a").length + 2);
  });

  it("reads a byte order mark and other alphabets", () => {
    expect(read(`\ufeff{"key":"uploads/ñ","id":"日本"}`).items).toEqual([{ key: "uploads/ñ", id: "日本" }]);
  });

  it.each([
    ["nonsense", "not JSON"],
    ["[]", "names no image"],
    ['{"key":"results/x"}', "uploads/"],
    ['{"key":"uploads/a","colour":1}', "colour"],
    ['{"key":"uploads/\\u0000"}', "control"],
    [`{"key":"uploads/${"a".repeat(20_000)}"}`, "bytes"],
    [`{"key":"uploads/a","id":""}`, "names no image"],
  ])("says why %.30s is no image", (text, sentence) => {
    const { items, bytes } = read(text);
    expect(bytes).toBe(text.length);
    expect(items).toEqual([{ key: null, id: null, detail: expect.stringContaining(sentence) }]);
  });

  it("finds the same images in whatever slices the bytes come", () => {
    const lines = fc.array(fc.oneof(fc.string(), fc.constant(""), fc.string().map(line)), { maxLength: 20 });
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 5 }), (texts, mostLines) => {
        const bytes = bytesOf(texts.join("\n"));
        const whole = readManifestLines(bytes, { isEnd: true, mostLines: 1_000 });
        const items = [];
        for (let offset = 0; offset < bytes.length; ) {
          const slice = readManifestLines(bytes.subarray(offset), { isEnd: true, mostLines });
          items.push(...slice.items);
          offset += slice.bytes;
        }
        expect(items).toEqual(whole.items);
        expect(whole.bytes).toBe(bytes.length);
      }),
    );
  });
});
