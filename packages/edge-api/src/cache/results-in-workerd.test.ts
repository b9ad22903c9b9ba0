import { translateResponseSchema } from "@unpaired/core/contracts";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problemOf } from "../../test/problem-of.ts";
import { identity, invert, publishModel } from "../../test/publish-model.ts";
import { type ServedRegistry, serveRegistry } from "../../test/served-registry.ts";
import type { ApiKeyEntry } from "../access/api-keys.ts";
import { createApiKey } from "../access/create-api-key.ts";

const keys = { all: "", other: "" };
let server: ServedRegistry;
let drawn = 0;

beforeAll(async () => {
  const entries: ApiKeyEntry[] = [];
  for (const id of ["all", "other"] as const) {
    const { key, sha256 } = await createApiKey();
    keys[id] = key;
    entries.push({ id, sha256, ...(id === "other" && { models: ["identity"] }) });
  }
  const domainStatistics = [{ name: "redMean", mean: 0, standardDeviation: 0.5 }];
  const publish = async (directory: string) => {
    await publishModel(directory, {
      ...{ id: "invert", version: "v1", ...invert, sizePixels: 32, domainStatistics },
    });
    await publishModel(directory, { id: "identity", version: "v1", ...identity, sizePixels: 32 });
  };
  server = await serveRegistry(publish, {
    access: { API_KEYS: JSON.stringify(entries), RATE_LIMIT: "off" },
  });
});
afterAll(() => server.close());

/** White, and as bytes unlike any before. */
async function newPicture(): Promise<Buffer> {
  const white = sharp({ create: { width: 32, height: 32, channels: 3, background: "#fff" } });
  const exif = { IFD0: { ImageDescription: `picture ${drawn++}` } };
  return white.withExif(exif).png().toBuffer();
}

function translate(
  body: Uint8Array,
  { query = "model=invert", key = keys.all, ...headers }: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${server.url}/translate?${query}`, {
    method: "POST",
    headers: { "content-type": "image/png", "x-api-key": key, ...headers },
    body: new Uint8Array(body),
  });
}

/** What `server-timing` says of the cache: hit, miss, or nothing. */
async function lookUp(...request: Parameters<typeof translate>): Promise<string | undefined> {
  const response = await translate(...request);
  expect(response.status).toBe(200);
  await response.arrayBuffer();
  return /cache;dur=[\d.]+;desc=(\w+)/.exec(response.headers.get("server-timing") ?? "")?.[1];
}

/** Sends until the first result, which is kept after it was answered, is found. */
async function remembered(...request: Parameters<typeof translate>): Promise<void> {
  expect(await lookUp(...request)).toBe("miss");
  await expect.poll(() => lookUp(...request)).toBe("hit");
}

describe("a result that was made before", () => {
  it("is answered again, the same to the byte, with all its headers", async () => {
    const picture = await newPicture();
    const first = await translate(picture);
    const bytes = Buffer.from(await first.arrayBuffer());
    await expect.poll(() => lookUp(picture)).toBe("hit");
    const again = await translate(picture);
    expect(again.headers.get("server-timing")).toMatch(/^cache;dur=[\d.]+;desc=hit$/);
    expect(Buffer.from(await again.arrayBuffer())).toEqual(bytes);
    const kept = ["x-model", "x-model-version", "x-domain-score", "etag", "cache-control", "content-type"];
    for (const name of kept) expect(again.headers.get(name)).toBe(first.headers.get(name));
    expect(again.headers.get("cache-control")).toBe("private, no-store");
    expect(again.headers.get("x-domain-score")).toBe("2.000");
  });

  it("is found as an image and as JSON alike", async () => {
    const picture = await newPicture();
    await remembered(picture, { query: "model=invert&format=png" });
    const response = await translate(picture, {
      query: "model=invert&format=png",
      accept: "application/json",
    });
    expect(response.headers.get("server-timing")).toMatch(/desc=hit$/);
    const answer = translateResponseSchema.parse(await response.json());
    expect(answer).toMatchObject({ width: 32, height: 32, domainScore: 2 });
    const pixels = await sharp(Buffer.from(answer.image, "base64")).removeAlpha().raw().toBuffer();
    expect(new Set(pixels)).toEqual(new Set([0]));
  });

  it("is refused when it lies too far from the domain for this caller", async () => {
    const picture = await newPicture();
    await remembered(picture);
    expect(await lookUp(picture, { query: "model=invert&reject-above=2.5" })).toBe("hit");
    const refused = await translate(picture, { query: "model=invert&reject-above=1.5" });
    expect(refused.headers.get("x-domain-score")).toBe("2.000");
    expect(await problemOf(refused)).toMatchObject({ status: 422, code: "out_of_domain" });
  });

  it("is another's for another model, parameter or picture", async () => {
    const picture = await newPicture();
    await remembered(picture);
    for (const query of ["format=webp", "format=webp&quality=40", "size=64", "fit=cover", "keep-size"]) {
      expect([query, await lookUp(picture, { query: `model=invert&${query}` })]).toEqual([query, "miss"]);
    }
    expect(await lookUp(picture, { query: "model=identity" })).toBe("miss");
    expect(await lookUp(await newPicture())).toBe("miss");
  });

  it("is shown to nobody whose key is not for its model, nor at the address it is kept under", async () => {
    const picture = await newPicture();
    await remembered(picture);
    expect((await translate(picture, { key: keys.other })).status).toBe(403);
    expect((await translate(picture, { key: "wrong" })).status).toBe(401);
    const direct = await fetch(`${server.url}/translated/${"0".repeat(64)}`, {
      headers: { "x-api-key": keys.all },
    });
    expect(direct.status).toBe(404);
  });

  it("gives way to the new version's", async () => {
    const picture = await newPicture();
    await remembered(picture, { query: "model=identity" });
    await publishModel(server.directory, { id: "identity", version: "v2", ...invert, sizePixels: 32 });
    await server.refresh();
    await expect
      .poll(
        async () => (await translate(picture, { query: "model=identity" })).headers.get("x-model-version"),
        {
          timeout: 8_000,
        },
      )
      .toBe("v2");
    const { data } = await sharp(await (await translate(picture, { query: "model=identity" })).arrayBuffer())
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).toBe(0);
  });
});

describe("what a request's cache-control says", () => {
  it("no-store: the result is neither kept nor looked for", async () => {
    const picture = await newPicture();
    expect(await lookUp(picture, { "cache-control": "no-store" })).toBeUndefined();
    await remembered(picture);
    expect(await lookUp(picture, { "cache-control": "no-store" })).toBeUndefined();
  });

  it("no-cache: the result is made anew, and kept", async () => {
    const picture = await newPicture();
    expect(await lookUp(picture, { "cache-control": "no-cache" })).toBeUndefined();
    await expect.poll(() => lookUp(picture)).toBe("hit");
    expect(await lookUp(picture, { "cache-control": "max-age=0" })).toBeUndefined();
  });

  it("changes nothing about if-none-match, which needs no result at all", async () => {
    const picture = await newPicture();
    const etag = (await translate(picture)).headers.get("etag")!;
    const unchanged = await translate(picture, { "if-none-match": etag, "cache-control": "no-store" });
    expect(unchanged.status).toBe(304);
    const other = await translate(picture, { "if-none-match": etag, query: "model=invert&format=webp" });
    expect(other.status).toBe(200);
  });
});
