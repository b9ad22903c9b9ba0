import { inspect } from "node:util";
import type { Hono } from "hono";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { appInProcess } from "../../test/app-in-process.ts";
import { problemOf } from "../../test/problem-of.ts";
import type { AppEnv } from "../routes/route.ts";
import { createApiKey, type NewApiKey } from "./create-api-key.ts";

let web: NewApiKey;
let winter: NewApiKey;
let API_KEYS: string;

beforeAll(async () => {
  [web, winter] = await Promise.all([createApiKey(), createApiKey()]);
  API_KEYS = JSON.stringify([
    { id: "web", sha256: web.sha256 },
    { id: "winter", sha256: winter.sha256, models: ["summer2winter"] },
  ]);
});
afterEach(() => vi.restoreAllMocks());

const bearer = ({ key }: { key: string }) => ({ authorization: `Bearer ${key}` });

describe("a service with keys", () => {
  let app: Hono<AppEnv>;
  beforeAll(async () => {
    app = await appInProcess({ API_KEYS });
  });

  it.each(["/", "/health"])("answers %s without one", async (path) => {
    expect((await app.request(path)).status).toBe(200);
  });

  it.each([
    ["GET", "/models"],
    ["GET", "/models/summer2winter"],
    ["HEAD", "/models"],
    ["POST", "/translate?model=summer2winter"],
    ["DELETE", "/models"],
    ["GET", "/nope"],
    ["GET", "//health"],
    ["GET", "/health/"],
    ["GET", "/%6dodels"],
  ])("does not answer %s %s without one", async (method, path) => {
    const response = await app.request(path, { method });
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([
      401,
      'Bearer realm="unpaired"',
    ]);
    if (method !== "HEAD") expect((await problemOf(response)).code).toBe("unauthorized");
  });

  it("takes a key as bearer token or as x-api-key", async () => {
    for (const headers of [bearer(web), { "x-api-key": web.key }]) {
      expect((await app.request("/models", { headers })).status).toBe(200);
    }
  });

  it("says that a key is not accepted without repeating it", async () => {
    for (const key of ["up_unknown", web.sha256, web.key.slice(0, -1), "x".repeat(10_000), "a b"]) {
      const response = await app.request("/models", { headers: bearer({ key }) });
      expect(response.headers.get("www-authenticate")).toBe('Bearer realm="unpaired", error="invalid_token"');
      const { status, code, detail } = await problemOf(response);
      expect({ status, code }).toEqual({ status: 401, code: "unauthorized" });
      expect(detail).not.toContain(key);
    }
  });

  it("does not take a key from the query, where logs would show it", async () => {
    const query = `api_key=${web.key}&x-api-key=${web.key}&access_token=${web.key}`;
    expect((await app.request(`/models?${query}`)).status).toBe(401);
  });

  it("keeps a key to its models, whether the others exist or not", async () => {
    const headers = bearer(winter);
    const paths = ["/models/winter2summer", "/models/no-such-model"];
    for (const path of paths) {
      expect(await problemOf(await app.request(path, { headers }))).toMatchObject({
        status: 403,
        code: "forbidden",
      });
    }
    for (const query of [
      "model=winter2summer",
      "model=summer2winter&model=winter2summer",
      "model=winter2summer&model=summer2winter",
      "%6dodel=winter2summer",
      "model=winter%32summer",
      "model=",
    ]) {
      const response = await app.request(`/translate?${query}`, { method: "POST", headers });
      expect([query, (await problemOf(response)).code]).toEqual([query, "forbidden"]);
    }
    const allowed = await app.request("/translate?model=summer2winter", { method: "POST", headers });
    expect((await problemOf(allowed)).code).toBe("model_not_found");
  });

  it("says nothing of a key in logs, not even when everything fails", async () => {
    const logged = (["log", "info", "warn", "error", "debug"] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => {}),
    );
    const broken = await appInProcess(
      { API_KEYS, RATE_LIMITER: { limit: () => Promise.reject(new Error("limiter down")) } },
      {
        get: () => Promise.reject(new Error("bucket down")),
        list: () => Promise.reject(new Error("bucket down")),
      },
    );
    for (const headers of [bearer(web), { "x-api-key": web.key }, bearer({ key: `${web.key}x` })]) {
      await broken.request("/models/summer2winter", { headers });
    }
    const text = logged.flatMap(({ mock }) => mock.calls.map((call) => inspect(call))).join("\n");
    expect(text).toContain("bucket down");
    expect(text).toContain("limiter down");
    for (const secret of [web.key, web.sha256, winter.sha256]) expect(text).not.toContain(secret);
  });
});

describe("a service that is set up wrongly", () => {
  it.each([
    [{}, "set the secret API_KEYS, or ACCESS=open"],
    [{ API_KEYS: "[{}]" }, "API_KEYS[0].id"],
    [{ ACCESS: "open", CORS_ORIGINS: "nowhere" }, 'CORS_ORIGINS holds "nowhere"'],
  ])("%j refuses and says why, at start and in each answer", async (access, reason) => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const app = await appInProcess(access);
    expect(logged).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(reason));
    for (const [method, path] of [
      ["GET", "/models"],
      ["POST", "/translate?model=summer2winter"],
      ["GET", "/nope"],
    ]) {
      const problem = await problemOf(await app.request(path!, { method: method! }));
      expect(problem).toMatchObject({ status: 500, code: "service_misconfigured" });
      expect(problem.detail).toContain(reason);
    }
    expect((await app.request("/health")).status).toBe(200);
    expect((await app.request("/")).status).toBe(200);
  });
});

describe("the rate limit", () => {
  /** Lets three requests of each key through. */
  function threeEach() {
    const counts = new Map<string, number>();
    const limit = async ({ key }: { readonly key: string }) => {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return { success: counts.get(key)! <= 3 };
    };
    return { counts, limit };
  }

  async function statuses(app: Hono<AppEnv>, headers: Record<string, string>, times = 4): Promise<number[]> {
    const all: number[] = [];
    for (let time = 0; time < times; time++) all.push((await app.request("/models", { headers })).status);
    return all;
  }

  it("counts by key, whatever the address", async () => {
    const limiter = threeEach();
    const app = await appInProcess({ API_KEYS, RATE_LIMITER: limiter });
    expect(await statuses(app, bearer(web))).toEqual([200, 200, 200, 429]);
    expect(await statuses(app, { ...bearer(web), "cf-connecting-ip": "192.0.2.1" }, 1)).toEqual([429]);
    expect(await statuses(app, bearer(winter), 1)).toEqual([200]);
    expect([...limiter.counts.keys()]).toEqual(["key:web", "key:winter"]);
    const response = await app.request("/models", { headers: bearer(web) });
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await problemOf(response)).toMatchObject({ status: 429, code: "rate_limited" });
  });

  it("leaves public pages and refused keys uncounted", async () => {
    const limiter = threeEach();
    const app = await appInProcess({ API_KEYS, RATE_LIMITER: limiter });
    for (let time = 0; time < 5; time++) expect((await app.request("/health")).status).toBe(200);
    expect(await statuses(app, bearer({ key: "up_unknown" }))).toEqual([401, 401, 401, 401]);
    expect(limiter.counts.size).toBe(0);
  });

  it("counts by address where the service is open", async () => {
    const limiter = threeEach();
    const app = await appInProcess({ ACCESS: "open", RATE_LIMITER: limiter });
    const from = (address: string) => ({ "cf-connecting-ip": address });
    expect(await statuses(app, from("192.0.2.1"))).toEqual([200, 200, 200, 429]);
    expect(await statuses(app, from("192.0.2.2"), 1)).toEqual([200]);
    expect(await statuses(app, from("2001:db8::1"), 3)).toEqual([200, 200, 200]);
    expect(await statuses(app, from("2001:db8::2"), 1)).toEqual([429]);
    expect(await statuses(app, {}, 1)).toEqual([200]);
  });

  it("counts nothing when it is off or there is no limiter", async () => {
    const limiter = threeEach();
    const off = await appInProcess({ ACCESS: "open", RATE_LIMIT: "off", RATE_LIMITER: limiter });
    expect(await statuses(off, {})).toEqual([200, 200, 200, 200]);
    expect(limiter.counts.size).toBe(0);
    const without = await appInProcess({ ACCESS: "open" });
    expect(await statuses(without, {})).toEqual([200, 200, 200, 200]);
  });

  it("lets requests through when the limiter fails", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const limit = () => Promise.reject(new Error("limiter down"));
    const app = await appInProcess({ ACCESS: "open", RATE_LIMITER: { limit } });
    expect(await statuses(app, {}, 1)).toEqual([200]);
    expect(logged).toHaveBeenCalledOnce();
  });
});

describe("other origins", () => {
  const app = () => appInProcess({ API_KEYS, CORS_ORIGINS: "https://app.example, http://localhost:5173" });
  const preflight = (origin: string) => ({
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    },
  });

  it("are let in by list, asked first without a key", async () => {
    const response = await (await app()).request("/translate", preflight("http://localhost:5173"));
    const headers = Object.fromEntries(response.headers);
    expect(response.status).toBe(204);
    expect(headers["access-control-allow-origin"]).toBe("http://localhost:5173");
    expect(headers["access-control-allow-methods"]).toContain("POST");
    for (const name of ["authorization", "x-api-key", "content-type", "if-none-match"]) {
      expect(headers["access-control-allow-headers"]!.split(",")).toContain(name);
    }
    expect(Number(headers["access-control-max-age"])).toBeGreaterThan(0);
    expect(headers["access-control-allow-credentials"]).toBeUndefined();
    expect(headers.vary!.toLowerCase()).toContain("origin");
  });

  it("may read the answer's headers, a refusal's too", async () => {
    for (const [headers, status] of [
      [bearer(web), 200],
      [{}, 401],
    ] as const) {
      const response = await (await app()).request("/models", {
        headers: { ...headers, origin: "https://app.example" },
      });
      expect(response.status).toBe(status);
      expect(response.headers.get("access-control-allow-origin")).toBe("https://app.example");
      expect(response.headers.get("vary")!.toLowerCase()).toContain("origin");
      const exposed = response.headers.get("access-control-expose-headers")!.split(",");
      for (const name of [
        "x-request-id",
        "x-model",
        "x-model-version",
        "x-domain-score",
        "server-timing",
        "etag",
        "retry-after",
      ]) {
        expect(exposed).toContain(name);
      }
    }
  });

  it.each(["https://evil.example", "https://app.example.evil.example", "http://app.example", "null"])(
    "%s is not let in",
    async (origin) => {
      const answers = [
        await (await app()).request("/translate", preflight(origin)),
        await (await app()).request("/models", { headers: { ...bearer(web), origin } }),
      ];
      for (const { headers } of answers) {
        expect(headers.has("access-control-allow-origin")).toBe(false);
        expect(headers.get("vary")!.toLowerCase()).toContain("origin");
      }
    },
  );

  it("are all let in by *, and none where none is listed", async () => {
    const headers = { origin: "https://any.example" };
    const all = await appInProcess({ ACCESS: "open", CORS_ORIGINS: "*" });
    const toAll = await all.request("/models", { headers });
    expect(toAll.headers.get("access-control-allow-origin")).toBe("*");
    const none = await appInProcess({ ACCESS: "open" });
    expect((await none.request("/models", { headers })).headers.has("access-control-allow-origin")).toBe(
      false,
    );
    const asked = await none.request("/translate", preflight("https://any.example"));
    expect(asked.headers.has("access-control-allow-origin")).toBe(false);
  });
});

describe("security headers", () => {
  it.each([
    ["/", 200],
    ["/health", 200],
    ["/models", 200],
    ["/models/missing", 404],
    ["/nope", 404],
    ["/translate", 405],
  ])("are on %s (%i)", async (path, status) => {
    const app = await appInProcess({ ACCESS: "open" });
    const response = await app.request(path);
    expect(response.status).toBe(status);
    const policy = response.headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "strict-transport-security": "max-age=15552000",
      "x-frame-options": "DENY",
      "cross-origin-resource-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "permissions-policy": "camera=(self), microphone=(), geolocation=()",
    });
  });

  it("let the playground run its own script and style, by hash", async () => {
    const policy = (await (await appInProcess({ ACCESS: "open" })).request("/")).headers.get(
      "content-security-policy",
    );
    expect(policy).toMatch(/script-src 'sha256-[\w+/=]+'; style-src 'sha256-[\w+/=]+';/);
  });
});
