import { expect, test } from "vitest";
import { ApiError } from "./api-error.ts";
import { AbortedError, ConnectionError, InvalidArgumentError, TimeoutError } from "./errors.ts";
import { backoffMs } from "./retry.ts";
import { createClient, imageAnswer, problemAnswer, useApiServer } from "./testing/api-server.ts";
import { images } from "./testing/images.ts";

const { serve } = useApiServer();
const empty = (status: number, headers: Record<string, string> = {}) =>
  new Response(null, { status, headers });

test.each([408, 409, 429, 500, 501, 502, 503, 504, 505, 599])(
  "%i is tried again, body and all",
  async (status) => {
    const received = serve("/translate", (_, index) => (index < 2 ? empty(status) : imageAnswer()));
    const { client, delaysMs } = createClient();
    await client.translate(images.jpeg, { model: "m" });
    expect(received.map(({ body }) => body)).toEqual([images.jpeg, images.jpeg, images.jpeg]);
    expect(delaysMs).toEqual([500, 1000]);
  },
);

test.each([400, 401, 403, 404, 405, 406, 411, 413, 415, 422, 428])("%i is final", async (status) => {
  const received = serve("/translate", () => empty(status));
  const { client, delaysMs } = createClient();
  await expect(client.translate(images.png, { model: "m" })).rejects.toThrow(ApiError);
  expect(received).toHaveLength(1);
  expect(delaysMs).toEqual([]);
});

test("a lost connection is tried again, and in the end a ConnectionError", async () => {
  const received = serve("/models", () => Response.error());
  const { client, delaysMs } = createClient();
  const error = await client.models.list().catch((error) => error);
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error.message).toMatch("GET https://api.example/models got no complete answer: ");
  expect(error.cause).toBeInstanceOf(TypeError);
  expect(received).toHaveLength(3);
  expect(delaysMs).toEqual([500, 1000]);
});

test("an answer cut off in its middle is tried again", async () => {
  const cutOff = () =>
    new ReadableStream({
      start: (controller) => controller.enqueue(images.png.subarray(0, 20)),
      pull: (controller) => controller.error(new TypeError("connection reset")),
    });
  const received = serve("/translate", (_, index) => imageAnswer(index === 0 ? { body: cutOff() } : {}));
  const result = await createClient().client.translate(images.png, { model: "m" });
  expect(await result.bytes()).toEqual(images.png);
  expect(received).toHaveLength(2);
});

test("the image of a stream is sent again without reading the stream again", async () => {
  let reads = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      reads++;
      controller.enqueue(images.webp);
      controller.close();
    },
  });
  const received = serve("/translate", (_, index) => (index === 0 ? empty(503) : imageAnswer()));
  await createClient().client.translate(stream, { model: "m" });
  expect(received.map(({ body }) => body)).toEqual([images.webp, images.webp]);
  expect(reads).toBe(1);
});

test.each([0, 1, 5])("maxRetries %i means as many tries more", async (maxRetries) => {
  const received = serve("/health", () => empty(500));
  await expect(createClient({ maxRetries }).client.health()).rejects.toThrow(ApiError);
  expect(received).toHaveLength(maxRetries + 1);
});

test.each<[string, string, number[]]>([
  ["seconds", "3", [3000]],
  ["no time at all", "0", [0]],
  ["a date", "Mon, 23 Nov 2026 12:00:09 GMT", [9000]],
  ["a date gone by", "Mon, 23 Nov 2026 11:00:00 GMT", [0]],
  ["one minute, the longest", "60", [60_000]],
  ["nonsense", "soon", [500]],
  ["a negative number", "-5", [500]],
])("retry-after of %s is honoured", async (_, value, expected) => {
  serve("/health", (_, index) =>
    index === 0
      ? empty(429, { "retry-after": value })
      : Response.json({ status: "ok", build: "b", engine: "simd" }),
  );
  const { client, delaysMs } = createClient();
  await client.health();
  expect(delaysMs).toEqual(expected);
});

test.each<[Record<string, string>, number]>([
  [{ "retry-after-ms": "120" }, 120],
  [{ "retry-after-ms": " 1.5 " }, 1.5],
  [{ "retry-after-ms": "120", "retry-after": "3" }, 120],
  [{ "retry-after-ms": "soon", "retry-after": "3" }, 3000],
  [{ "retry-after-ms": "-1" }, 500],
  [{ "retry-after-ms": "60000" }, 60_000],
])("%j is waited for", async (headers, expectedMs) => {
  serve("/health", (_, index) =>
    index === 0 ? empty(503, headers) : Response.json({ status: "ok", build: "b", engine: "simd" }),
  );
  const { client, delaysMs } = createClient();
  await client.health();
  expect(delaysMs).toEqual([expectedMs]);
});

test("retry-after-ms beyond a minute is for the caller to wait", async () => {
  const received = serve("/health", () => empty(503, { "retry-after-ms": "60001" }));
  const error = await createClient()
    .client.health()
    .catch((error) => error);
  expect(error.retryAfterMs).toBe(60_001);
  expect(received).toHaveLength(1);
});

const keyOf = ({ headers }: { headers: Headers }) => headers.get("idempotency-key");

test("every try of a post carries one idempotency key, another post another", async () => {
  const received = serve("/translate", (_, index) => (index < 2 ? empty(409) : imageAnswer()));
  const { client } = createClient();
  await client.translate(images.png, { model: "m" });
  await client.translate(images.png, { model: "m" });
  const [first, second, third, fourth] = received.map(keyOf);
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect([second, third]).toEqual([first, first]);
  expect(fourth).toMatch(/^[0-9a-f]{32}$/);
  expect(fourth).not.toBe(first);
});

test("the idempotency key may be the caller's, and is left out where nothing is tried again", async () => {
  const received = serve("/translate", () => imageAnswer());
  await createClient().client.translate(images.png, { model: "m", idempotencyKey: "order-7" });
  await createClient({ maxRetries: 0 }).client.translate(images.png, { model: "m" });
  expect(received.map(keyOf)).toEqual(["order-7", null]);
});

test.each(["", "a\nb", "ключ"])("the idempotency key %j is refused", async (idempotencyKey) => {
  const received = serve("/translate", () => imageAnswer());
  const call = createClient().client.translate(images.png, { model: "m", idempotencyKey });
  await expect(call).rejects.toThrow(InvalidArgumentError);
  expect(received).toEqual([]);
});

test("reading calls carry no idempotency key", async () => {
  const received = serve("/models", () => Response.json({ models: [] }));
  await createClient().client.models.list();
  expect(keyOf(received[0]!)).toBeNull();
});

test.each(["61", "99999999999999999999999", "Tue, 24 Nov 2026 12:00:00 GMT"])(
  "retry-after of %s is for the caller to wait",
  async (value) => {
    const received = serve("/health", () =>
      problemAnswer("rate_limited", 429, { headers: { "retry-after": value } }),
    );
    const { client, delaysMs } = createClient();
    const error = await client.health().catch((error) => error);
    expect(error.retryAfterMs).toBeGreaterThan(60_000);
    expect(received).toHaveLength(1);
    expect(delaysMs).toEqual([]);
  },
);

test("the backoff doubles up to 8 s, the upper half of it left to chance", () => {
  expect([0, 1, 2, 3, 4, 5, 9].map((retries) => backoffMs(retries, () => 1))).toEqual([
    500, 1000, 2000, 4000, 8000, 8000, 8000,
  ]);
  expect(backoffMs(1, () => 0)).toBe(500);
  expect(backoffMs(1, () => 0.5)).toBe(750);
});

test("a try that takes too long is tried again", async () => {
  const received = serve("/translate", (_, index) => (index === 0 ? new Promise(() => {}) : imageAnswer()));
  const { client, delaysMs } = createClient({ timeoutMs: 100 });
  await client.translate(images.png, { model: "m" });
  expect(received).toHaveLength(2);
  expect(delaysMs).toEqual([500]);
});

test("an abort during the wait ends it at once", async () => {
  const received = serve("/health", () => empty(429, { "retry-after": "60" }));
  const controller = new AbortController();
  // The real clock: only the abort can end this minute.
  const { client } = createClient({ runtime: {} });
  const call = client.health({ signal: controller.signal }).catch((error) => error);
  await expect.poll(() => received.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  controller.abort("changed my mind");
  const error = await call;
  expect(error).toBeInstanceOf(AbortedError);
  expect(error.cause).toBe("changed my mind");
  expect(received).toHaveLength(1);
});

test("without injected sleep a wait is real", async () => {
  serve("/health", (_, index) =>
    index === 0 ? empty(503) : Response.json({ status: "ok", build: "b", engine: "simd" }),
  );
  const { client } = createClient({ runtime: { random: () => -0.9 } });
  const startMs = performance.now();
  await client.health();
  expect(performance.now() - startMs).toBeGreaterThan(20);
});

test("a timeout on every try is a TimeoutError", async () => {
  const received = serve("/health", () => new Promise(() => {}));
  const { client } = createClient({ maxRetries: 1 });
  const error = await client.health({ timeoutMs: 30 }).catch((error) => error);
  expect(error).toBeInstanceOf(TimeoutError);
  expect(error.message).toBe("GET https://api.example/health took longer than timeoutMs = 30");
  expect(received).toHaveLength(2);
});
