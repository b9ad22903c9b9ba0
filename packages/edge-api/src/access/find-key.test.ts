import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseApiKeys } from "./api-keys.ts";
import { createApiKey } from "./create-api-key.ts";
import { findKey } from "./find-key.ts";
import { presentedKey } from "./presented-key.ts";

const sha256 = (key: string) => createHash("sha256").update(key).digest("hex");

describe("findKey", () => {
  it("finds each key by its hash and nothing else", async () => {
    const made = await Promise.all(["a", "b", "c"].map(async (id) => ({ id, ...(await createApiKey()) })));
    const keys = parseApiKeys(JSON.stringify(made.map(({ id, sha256 }) => ({ id, sha256 }))));
    for (const { id, key, sha256 } of made) {
      expect((await findKey(keys, key))?.keyId).toBe(id);
      for (const wrong of [sha256, key.slice(0, -1), `${key}A`, ""]) {
        expect(await findKey(keys, wrong)).toBeUndefined();
      }
    }
  });

  it.each([0, 31])("tells hashes apart that differ in byte %i alone", async (index) => {
    const hash = Buffer.from(sha256("key"), "hex");
    hash[index]! ^= 1;
    const keys = parseApiKeys(JSON.stringify([{ id: "near", sha256: hash.toString("hex") }]));
    expect(await findKey(keys, "key")).toBeUndefined();
  });
});

describe("createApiKey", () => {
  it("makes a key of 256 bits and the hash that a SHA-256 of its own confirms", async () => {
    const { key, sha256: hash } = await createApiKey();
    expect(key).toMatch(/^up_[\w-]{43}$/);
    expect(hash).toBe(sha256(key));
    expect((await createApiKey()).key).not.toBe(key);
  });
});

describe("presentedKey", () => {
  it.each<[Record<string, string>, string | null | undefined]>([
    [{}, undefined],
    [{ authorization: "Bearer up_key" }, "up_key"],
    [{ authorization: "bearer  up_key" }, "up_key"],
    [{ "x-api-key": "up_key" }, "up_key"],
    [{ authorization: "Basic dXNlcjpwYXNz", "x-api-key": "up_key" }, "up_key"],
    [{ authorization: "Bearer one", "x-api-key": "two" }, "one"],
    [{ authorization: "Basic dXNlcjpwYXNz" }, undefined],
    [{ authorization: "Bearer " }, undefined],
    [{ authorization: "Bearer one, Bearer two" }, null],
    [{ "x-api-key": "" }, null],
    [{ "x-api-key": "x".repeat(257) }, null],
    [{ "x-api-key": "schlüssel" }, null],
  ])("of %j is %j", (headers, key) => {
    expect(presentedKey(new Headers(headers))).toBe(key);
  });
});
