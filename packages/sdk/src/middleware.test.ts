import { inspect } from "node:util";
import { expect, test } from "vitest";
import { ApiError } from "./api-error.ts";
import { ConnectionError, TimeoutError } from "./errors.ts";
import type { ApiRequest, Middleware } from "./middleware.ts";
import { createClient, imageAnswer, problemAnswer, useApiServer } from "./testing/api-server.ts";
import { images } from "./testing/images.ts";

const { serve } = useApiServer();
const health = { status: "ok", build: "b", engine: "simd" };

test("middleware wraps every try, the first one outermost", async () => {
  const events: string[] = [];
  const named =
    (name: string): Middleware =>
    async (request, next) => {
      events.push(`${name} > ${request.retries}`);
      const response = await next(request);
      events.push(`${name} < ${response.status}`);
      return response;
    };
  serve("/health", (_, index) => (index === 0 ? new Response(null, { status: 503 }) : Response.json(health)));
  await createClient({ middleware: [named("outer"), named("inner")] }).client.health();
  expect(events).toEqual([
    ...["outer > 0", "inner > 0", "inner < 503", "outer < 503"],
    ...["outer > 1", "inner > 1", "inner < 200", "outer < 200"],
  ]);
});

test("middleware sees the whole request and may change it, for this try alone", async () => {
  const seen: ApiRequest[] = [];
  const tag: Middleware = async (request, next) => {
    seen.push({ ...request, headers: new Headers(request.headers) });
    request.headers.append("x-try", String(request.retries));
    return next({ ...request, url: `${request.url}&trace=1` });
  };
  const received = serve("/translate", (_, index) =>
    index === 0 ? new Response(null, { status: 500 }) : imageAnswer(),
  );
  await createClient({ apiKey: "key-1", middleware: [tag] }).client.translate(images.jpeg, { model: "m" });
  expect(seen[0]).toMatchObject({ method: "POST", url: "https://api.example/translate?model=m", retries: 0 });
  expect(seen[0]!.headers.get("authorization")).toBe("Bearer key-1");
  expect(seen[0]!.body).toMatchObject({ type: "image/jpeg", size: images.jpeg.length });
  expect(received.map(({ headers }) => headers.get("x-try"))).toEqual(["0", "1"]);
  expect(received.map(({ url }) => url.search)).toEqual(["?model=m&trace=1", "?model=m&trace=1"]);
});

test("a token that has run out is renewed within one try", async () => {
  const received = serve("/translate", ({ headers }) =>
    headers.get("authorization") === "Bearer fresh" ? imageAnswer() : problemAnswer("unauthorized", 401),
  );
  const renew: Middleware = async (request, next) => {
    request.headers.set("authorization", "Bearer stale");
    const response = await next(request);
    if (response.status !== 401) return response;
    await response.body?.cancel();
    request.headers.set("authorization", "Bearer fresh");
    return next(request);
  };
  const { client, delaysMs } = createClient({ middleware: [renew] });
  const result = await client.translate(images.png, { model: "m" });
  expect(await result.bytes()).toEqual(images.png);
  expect(received.map(({ body }) => body)).toEqual([images.png, images.png]);
  expect(delaysMs).toEqual([]);
});

test("middleware may answer by itself", async () => {
  const { client } = createClient({ middleware: [async () => Response.json(health)] });
  expect(await client.health()).toEqual(health);
});

test("middleware meets a lost connection as a ConnectionError, which is still tried again", async () => {
  const met: unknown[] = [];
  const received = serve("/health", () => Response.error());
  const watch: Middleware = (request, next) =>
    next(request).catch((error: unknown) => {
      met.push(error);
      throw error;
    });
  const { client } = createClient({ middleware: [watch] });
  await expect(client.health()).rejects.toThrow(ConnectionError);
  expect(met).toHaveLength(3);
  expect(met[0]).toBeInstanceOf(ConnectionError);
  expect(received).toHaveLength(3);
});

test("what middleware throws ends the call as it is", async () => {
  const error = new Error("no token left");
  const { client, delaysMs } = createClient({
    middleware: [
      () => {
        throw error;
      },
    ],
  });
  await expect(client.health()).rejects.toBe(error);
  expect(delaysMs).toEqual([]);
});

test("a try's time includes its middleware, and the signal tells it why", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const stuck: Middleware = ({ signal }) => {
    signal.addEventListener("abort", () => resolve(signal.reason));
    return new Promise(() => {});
  };
  const { client } = createClient({ middleware: [stuck], timeoutMs: 20, maxRetries: 0 });
  await expect(client.health()).rejects.toThrow(TimeoutError);
  expect(await promise).toBeInstanceOf(TimeoutError);
});

test("addresses of images are fetched past the middleware, which may add credentials", async () => {
  const downloads = serve("https://cdn.example/a.png", () => new Response(images.png));
  serve("/translate", () => imageAnswer());
  const sign: Middleware = async (request, next) => {
    request.headers.set("authorization", "Bearer hush");
    return next(request);
  };
  const { client } = createClient({ middleware: [sign] });
  await client.translate("https://cdn.example/a.png", { model: "m" });
  expect(downloads[0]!.headers.has("authorization")).toBe(false);
});

test.each<[string, Record<string, string>, Middleware[]]>([
  ["a header of the client", { "x-api-key": "hush-token" }, []],
  ["a cookie", { cookie: "hush-token" }, []],
  [
    "a token that middleware sets",
    {},
    [
      (request, next) => {
        request.headers.set("authorization", "Bearer hush-token");
        return next(request);
      },
    ],
  ],
])("%s that the server repeats stays out of errors", async (_, headers, middleware) => {
  serve("/health", () => problemAnswer("unauthorized", 401, { detail: "hush-token is not known" }));
  const error = await createClient({ headers, middleware })
    .client.health()
    .catch((error) => error);
  expect(error).toBeInstanceOf(ApiError);
  expect(error.message).toBe("[secret] is not known");
  expect(JSON.stringify(error)).not.toContain("hush");
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("hush");
});

test("an idempotency key is no secret", async () => {
  serve("/translate", () => problemAnswer("invalid_request", 400, { detail: "order-7 is under way" }));
  const call = createClient().client.translate(images.png, { model: "m", idempotencyKey: "order-7" });
  await expect(call).rejects.toThrow("order-7 is under way");
});

test("a fetch that names the key in its failure does not get it into the message", async () => {
  const fetch = async () => {
    throw new Error("invalid header hush-key");
  };
  const error = await createClient({ apiKey: "hush-key", fetch, maxRetries: 0 })
    .client.health()
    .catch((error) => error);
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error.message).toContain("invalid header [secret]");
  expect(JSON.stringify(error)).not.toContain("hush");
});
