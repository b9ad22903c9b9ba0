import { modelListSchema } from "@unpaired/core/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blankPng } from "../../test/blank-png.ts";
import { problemOf } from "../../test/problem-of.ts";
import { identity, invert, publishModel } from "../../test/publish-model.ts";
import { type ServedRegistry, serveRegistry } from "../../test/served-registry.ts";
import type { ApiKeyEntry } from "./api-keys.ts";
import { createApiKey } from "./create-api-key.ts";

const origin = "https://app.example";
const keys = { all: "", winter: "", busy: "" };
let server: ServedRegistry;

async function publish(directory: string): Promise<void> {
  await publishModel(directory, { id: "summer2winter", version: "v1", ...invert, sizePixels: 32 });
  await publishModel(directory, { id: "winter2summer", version: "v1", ...identity, sizePixels: 32 });
}

beforeAll(async () => {
  const entries: ApiKeyEntry[] = [];
  for (const id of ["all", "winter", "busy"] as const) {
    const { key, sha256 } = await createApiKey();
    keys[id] = key;
    entries.push({ id, sha256, ...(id === "winter" && { models: ["summer2winter"] }) });
  }
  server = await serveRegistry(publish, {
    access: { API_KEYS: JSON.stringify(entries), CORS_ORIGINS: origin },
  });
});
afterAll(() => server.close());

const translate = (model: string, headers: Record<string, string>) =>
  fetch(`${server.url}/translate?model=${model}`, {
    method: "POST",
    headers: { "content-type": "image/png", ...headers },
    body: blankPng(32, 32),
  });

describe("the Worker with keys", () => {
  it("translates for who has one, and lets a listed origin read the answer", async () => {
    const response = await translate("summer2winter", { authorization: `Bearer ${keys.all}`, origin });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("image/png");
    expect(response.headers.get("access-control-allow-origin")).toBe(origin);
    expect(response.headers.get("vary")!.toLowerCase().split(/, */).sort()).toEqual(["accept", "origin"]);
    expect(response.headers.get("x-frame-options")).toBe("DENY");
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
  });

  it("refuses who has none, even while a large body is being sent", async () => {
    expect(await problemOf(await translate("summer2winter", {}))).toMatchObject({
      status: 401,
      code: "unauthorized",
    });
    const body = new Uint8Array(12_000_000);
    const response = await fetch(`${server.url}/translate?model=summer2winter`, { method: "POST", body });
    expect((await problemOf(response)).status).toBe(401);
  });

  it("shows and serves a key its own models only", async () => {
    const headers = { "x-api-key": keys.winter };
    const list = await fetch(`${server.url}/models`, { headers });
    expect(modelListSchema.parse(await list.json()).models.map(({ id }) => id)).toEqual(["summer2winter"]);
    expect((await translate("summer2winter", headers)).status).toBe(200);
    expect(await problemOf(await translate("winter2summer", headers))).toMatchObject({
      status: 403,
      code: "forbidden",
    });
    expect((await fetch(`${server.url}/models/winter2summer`, { headers })).status).toBe(403);
  });

  it("answers a preflight and public paths without one", async () => {
    const headers = { origin, "access-control-request-method": "POST" };
    const preflight = await fetch(`${server.url}/translate`, { method: "OPTIONS", headers });
    expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, origin]);
    for (const path of ["/", "/health"]) expect((await fetch(server.url + path)).status).toBe(200);
  });

  it("limits a key that asks too often, and no other", async () => {
    const statusOf = (key: string) =>
      fetch(`${server.url}/models/summer2winter`, { headers: { "x-api-key": key } });
    // Twice the limit and one more: a window may end in between.
    const statuses: Record<number, number> = {};
    for (let sent = 0; sent <= 400; sent += 25) {
      for (const response of await Promise.all(Array.from({ length: 25 }, () => statusOf(keys.busy)))) {
        statuses[response.status] = (statuses[response.status] ?? 0) + 1;
        if (response.status === 429) expect(response.headers.get("retry-after")).toBe("10");
        await response.arrayBuffer();
      }
    }
    expect(Object.keys(statuses)).toEqual(["200", "429"]);
    expect(statuses[200]).toBeGreaterThanOrEqual(200);
    expect((await statusOf(keys.all)).status).toBe(200);
  });
});

describe("the Worker as it is deployed without a key", () => {
  it("lives, and refuses to serve", async () => {
    await using unset = await serveRegistry(publish, { access: {} });
    expect((await fetch(`${unset.url}/health`)).status).toBe(200);
    expect(await problemOf(await fetch(`${unset.url}/models`))).toMatchObject({
      status: 500,
      code: "service_misconfigured",
      detail: expect.stringContaining("API_KEYS"),
    });
  });
});
