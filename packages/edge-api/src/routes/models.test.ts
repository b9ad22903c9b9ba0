import { healthSchema, type Manifest, manifestSchema, modelListSchema } from "@unpaired/core/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { identity, invert, publishModel } from "../../test/publish-model.ts";
import { type ServedRegistry, serveRegistry } from "../../test/served-registry.ts";

let server: ServedRegistry;
let published: Manifest[];

beforeAll(async () => {
  server = await serveRegistry(async (directory) => {
    await publishModel(directory, { id: "zebra2horse", version: "v1", ...identity, sizePixels: 64 });
    published = [
      await publishModel(directory, { id: "horse2zebra", version: "v1", ...invert, sizePixels: 64 }),
      await publishModel(directory, { id: "zebra2horse", version: "v2", ...identity, sizePixels: 32 }),
    ];
  });
});
afterAll(() => server.close());

describe("GET /models", () => {
  it("lists the latest manifest of every model by id", async () => {
    const response = await fetch(`${server.url}/models`);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(modelListSchema.parse(await response.json())).toEqual({ models: published });
  });

  it("answers one model's manifest", async () => {
    const response = await fetch(`${server.url}/models/zebra2horse`);
    expect(manifestSchema.parse(await response.json())).toEqual(published[1]);
  });

  it.each(["/models", "/models/zebra2horse"])("lets caches revalidate %s", async (path) => {
    const first = await fetch(server.url + path);
    const etag = first.headers.get("etag")!;
    expect(first.headers.get("cache-control")).toBe("no-cache");
    const again = await fetch(server.url + path, { headers: { "if-none-match": `"other", W/${etag}` } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const other = await fetch(server.url + path, { headers: { "if-none-match": '"other"' } });
    expect(other.status).toBe(200);
    const head = await fetch(server.url + path, { method: "HEAD" });
    expect([head.status, head.headers.get("etag")]).toEqual([200, etag]);
  });
});

describe("GET /health", () => {
  it("says that it lives and which engine runs", async () => {
    const response = await fetch(`${server.url}/health`);
    const health = healthSchema.parse(await response.json());
    expect(health).toEqual({ status: "ok", build: expect.stringMatching(/^\d/), engine: "simd" });
    expect(response.headers.get("cache-control")).toBe("no-store");
  });
});

describe("GET /", () => {
  it("is a page that may run its own script and nothing else", async () => {
    const response = await fetch(server.url);
    const html = await response.text();
    const policy = response.headers.get("content-security-policy")!;
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'sha256-[\w+/=]+';/);
    expect(policy).not.toContain("unsafe");
    expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    expect(html).not.toMatch(/ style="| on\w+="/);
  });
});
