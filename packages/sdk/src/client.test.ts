import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Unpaired } from "./client.ts";
import { InvalidArgumentError, MalformedAnswerError } from "./errors.ts";
import type { UnpairedOptions } from "./options.ts";
import { baseUrl, createClient, imageAnswer, useApiServer } from "./testing/api-server.ts";
import { images } from "./testing/images.ts";
import { manifest } from "./testing/manifest.ts";

const { serve } = useApiServer();
const health = { status: "ok", build: "0.1.0", engine: "simd" } as const;

test("health is the server's answer", async () => {
  const received = serve("/health", () => Response.json(health));
  await expect(createClient().client.health()).resolves.toEqual(health);
  expect(received[0]!.method).toBe("GET");
  expect(received[0]!.headers.get("accept")).toBe("application/json");
});

test("models.list is an array of manifests", async () => {
  serve("/models", () => Response.json({ models: [manifest] }));
  await expect(createClient().client.models.list()).resolves.toEqual([manifest]);
});

test("models.get escapes the id", async () => {
  const received = serve("/models/:id", () => Response.json(manifest));
  await expect(createClient().client.models.get("a/b?c")).resolves.toEqual(manifest);
  expect(received[0]!.url.pathname).toBe("/models/a%2Fb%3Fc");
});

test.each(["", ".", ".."])("models.get refuses the id %j, which would be another path", async (id) => {
  await expect(createClient().client.models.get(id)).rejects.toThrow(InvalidArgumentError);
});

test.each<[string, string, Response]>([
  ["HTML", "health", new Response("<h1>Hi</h1>", { headers: { "content-type": "text/html" } })],
  ["broken JSON", "health", new Response("{", { headers: { "content-type": "application/json" } })],
  ["null", "health", Response.json(null)],
  ["another object", "health", Response.json({ ok: true })],
  ["a bare array", "models", Response.json([manifest])],
  ["a list with a stranger in it", "models", Response.json({ models: [manifest, null] })],
  ["nothing", "models", new Response(null, { status: 204 })],
])("a success answer of %s is a MalformedAnswerError", async (_, path, answer) => {
  serve(`/${path}`, () => answer);
  const { client } = createClient();
  const error = await (path === "health" ? client.health() : client.models.list()).catch((error) => error);
  expect(error).toBeInstanceOf(MalformedAnswerError);
  expect(error).toMatchObject({ code: "malformed_answer", status: answer.status, isRetryable: false });
  expect(error.message).toContain(`GET ${baseUrl}/${path}`);
});

test.each([
  ["https://api.example", "https://api.example/health"],
  ["https://api.example/", "https://api.example/health"],
  ["https://api.example/v1//", "https://api.example/v1/health"],
  ["https://api.example/v1?x=1#y", "https://api.example/v1/health"],
  [new URL("https://api.example/v1"), "https://api.example/v1/health"],
])("baseUrl %s asks %s", async (baseUrl, expected) => {
  const received = serve(expected, () => Response.json(health));
  await createClient({ baseUrl }).client.health();
  expect(received[0]!.url.href).toBe(expected);
});

test("the key and the caller's headers go with every request to the API", async () => {
  const received = serve("/translate", () => imageAnswer());
  const { client } = createClient({ apiKey: "key-123", headers: { "x-app": "shop", accept: "text/html" } });
  await client.translate(images.png, { model: "m" });
  const { headers } = received[0]!;
  expect(headers.get("authorization")).toBe("Bearer key-123");
  expect(headers.get("x-app")).toBe("shop");
  expect(headers.get("accept")).toContain("image/png");
});

test("without a key there is no authorization header", async () => {
  const received = serve("/health", () => Response.json(health));
  await createClient().client.health();
  expect(received[0]!.headers.has("authorization")).toBe(false);
});

test("an injected fetch is called bare, as platforms demand, and with the request's parts", async () => {
  const calls: { self: unknown; url: string; init: RequestInit }[] = [];
  async function fetch(this: unknown, url: string, init: RequestInit) {
    calls.push({ self: this, url, init });
    return Response.json(health);
  }
  await createClient({ fetch }).client.health();
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatchObject({ self: undefined, url: `${baseUrl}/health`, init: { method: "GET" } });
  expect(calls[0]!.init.signal).toBeInstanceOf(AbortSignal);
});

test.each<[string, Partial<UnpairedOptions>, RegExp]>([
  ["a relative baseUrl", { baseUrl: "/api" }, /baseUrl is "\/api"/],
  ["another scheme", { baseUrl: "ftp://api.example" }, /ftp:/],
  ["no retries count", { maxRetries: Number.NaN }, /maxRetries is NaN/],
  ["too many retries", { maxRetries: 11 }, /maxRetries is 11/],
  ["a negative timeout", { timeoutMs: -1 }, /timeoutMs is -1/],
  ["a timeout no timer can count", { timeoutMs: Number.POSITIVE_INFINITY }, /timeoutMs is Infinity/],
  ["a header name HTTP cannot carry", { headers: { "a b": "c" } }, /"a b"/],
  ["an empty key", { apiKey: "" }, /apiKey/],
])("%s is refused at once", (_, options, message) => {
  expect(() => createClient(options)).toThrow(InvalidArgumentError);
  expect(() => createClient(options)).toThrow(message);
});

test.each<[string, Partial<UnpairedOptions>]>([
  ["a key with a line break", { apiKey: "hush\nhush" }],
  ["a header value HTTP cannot carry", { headers: { "x-token": "hush\nhush" } }],
  ["a password in baseUrl", { baseUrl: "https://user:hush@api.example" }],
])("%s is refused without being shown", (_, options) => {
  let refused: unknown;
  try {
    new Unpaired({ baseUrl, ...options });
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(InvalidArgumentError);
  expect(inspect(refused)).not.toContain("hush");
});

test("a client never shows its key", () => {
  const { client } = createClient({ apiKey: "hush-key" });
  expect(inspect(client, { depth: 9, showHidden: true })).not.toContain("hush");
  expect(JSON.stringify(client)).not.toContain("hush");
});
