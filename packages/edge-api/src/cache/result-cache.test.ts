import { afterEach, describe, expect, it, vi } from "vitest";
import type { Translated } from "../inference/translator.ts";
import { createResultCache, type ResultStore } from "./result-cache.ts";

const ORIGIN = "https://service.example";
const KEY = "ab".repeat(32);
const translated: Translated = {
  image: Uint8Array.of(1, 2, 3),
  width: 32,
  height: 48,
  domainScore: 1.234567890123,
};

function memoryStore(): ResultStore & { readonly entries: Map<string, Response> } {
  const entries = new Map<string, Response>();
  return {
    entries,
    match: async ({ url }) => entries.get(url)?.clone(),
    put: async ({ url }, response) => void entries.set(url, response),
  };
}

afterEach(() => void vi.restoreAllMocks());

describe("createResultCache", () => {
  it("gives back what it was given, to the last digit", async () => {
    const store = memoryStore();
    const cache = createResultCache(async () => store);
    await cache.keep(ORIGIN, KEY, translated, "webp");
    await cache.keep(ORIGIN, `0${KEY.slice(1)}`, { ...translated, domainScore: undefined }, "png");
    expect(await cache.find(ORIGIN, KEY)).toEqual(translated);
    expect(await cache.find(ORIGIN, `0${KEY.slice(1)}`)).toEqual({ ...translated, domainScore: undefined });
    expect(await cache.find(ORIGIN, "c".repeat(64))).toBeUndefined();
    expect(store.entries.get(`${ORIGIN}/translated/${KEY}`)?.headers.get("content-type")).toBe("image/webp");
  });

  it("does not keep what would take too much memory to read back", async () => {
    const store = memoryStore();
    const cache = createResultCache(async () => store);
    await cache.keep(ORIGIN, KEY, { ...translated, image: new Uint8Array(4_000_001) }, "png");
    expect(store.entries.size).toBe(0);
  });

  it("takes an entry that is not its own for none", async () => {
    const store = memoryStore();
    store.entries.set(`${ORIGIN}/translated/${KEY}`, new Response("something else"));
    expect(await createResultCache(async () => store).find(ORIGIN, KEY)).toBeUndefined();
  });

  it("costs no request when the store fails, and opens it anew", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const store = memoryStore();
    let opened = 0;
    const cache = createResultCache(async () => {
      if (opened++ === 0) throw new Error("no cache today");
      return store;
    });
    expect(await cache.find(ORIGIN, KEY)).toBeUndefined();
    await cache.keep(ORIGIN, KEY, translated, "png");
    expect(await cache.find(ORIGIN, KEY)).toEqual(translated);
    expect([opened, warn.mock.calls.length]).toEqual([2, 1]);
  });
});
