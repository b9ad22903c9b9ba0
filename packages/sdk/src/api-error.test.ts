import { inspect } from "node:util";
import { type ProblemCode, problemCodeSchema } from "@unpaired/core/contracts";
import { expect, test } from "vitest";
import {
  ApiError,
  AuthenticationError,
  ConflictError,
  InvalidImageError,
  InvalidRequestError,
  ModelUnavailableError,
  NotFoundError,
  RateLimitError,
  ServerError,
} from "./api-error.ts";
import { UnpairedError } from "./errors.ts";
import { createClient, problemAnswer, useApiServer } from "./testing/api-server.ts";
import { images } from "./testing/images.ts";

const { serve } = useApiServer();

/** The error a translation ends in when the server answers like this, without retries. */
async function failure(respond: () => Response, options = {}) {
  serve("/translate", respond);
  const { client } = createClient({ maxRetries: 0, ...options });
  const error = await client.translate(images.png, { model: "m" }).catch((error) => error);
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

const expectations: Record<ProblemCode, [status: number, errorClass: typeof ApiError]> = {
  invalid_request: [400, InvalidRequestError],
  unauthorized: [401, AuthenticationError],
  forbidden: [403, AuthenticationError],
  model_not_found: [404, NotFoundError],
  not_found: [404, NotFoundError],
  method_not_allowed: [405, InvalidRequestError],
  not_acceptable: [406, InvalidRequestError],
  length_required: [411, InvalidRequestError],
  image_too_large: [413, InvalidImageError],
  unsupported_image: [415, InvalidImageError],
  undecodable_image: [422, InvalidImageError],
  invalid_parameter: [422, InvalidRequestError],
  out_of_domain: [422, InvalidImageError],
  job_not_found: [404, NotFoundError],
  conflict: [409, ConflictError],
  rate_limited: [429, RateLimitError],
  internal_error: [500, ServerError],
  service_misconfigured: [500, ServerError],
  model_unavailable: [503, ModelUnavailableError],
};

test.each(problemCodeSchema.options)("%s is a typed error", async (code) => {
  const [status, errorClass] = expectations[code];
  const error = await failure(() => problemAnswer(code, status));
  expect(error).toBeInstanceOf(errorClass);
  expect(errorClass.isInstance(error)).toBe(true);
  expect(error).toMatchObject({
    name: errorClass.brand,
    message: `detail of ${code}`,
    code,
    status,
    requestId: "req-2",
    isRetryable: [429, 500, 503].includes(status),
    problem: { code, status, title: `title of ${code}`, requestId: "req-2" },
  });
});

test("retry-after is kept, in milliseconds", async () => {
  const error = await failure(() => problemAnswer("rate_limited", 429, { headers: { "retry-after": "7" } }));
  expect(error.retryAfterMs).toBe(7000);
});

const html = { "content-type": "text/html; charset=utf-8" };

test.each<[number, typeof ApiError]>([
  [401, AuthenticationError],
  [403, AuthenticationError],
  [404, NotFoundError],
  [409, ConflictError],
  [413, InvalidImageError],
  [418, ApiError],
  [429, RateLimitError],
  [502, ServerError],
  [503, ServerError],
  [599, ServerError],
])("a proxy's own HTML %i is a clear ApiError", async (status, errorClass) => {
  const error = await failure(() => new Response("<h1>Oh</h1>", { status, headers: html }));
  expect(error.name).toBe(errorClass.brand);
  expect(error).toMatchObject({ code: "http_error", status, problem: undefined });
  expect(error.message).toMatch(
    `POST https://api.example/translate answered ${status} with text/html instead of problem details`,
  );
});

test.each<[string, () => Response]>([
  ["no body", () => new Response(null, { status: 502 })],
  ["JSON that is not a problem", () => Response.json({ error: "no" }, { status: 502 })],
  ["JSON that is not an object", () => Response.json("no", { status: 502 })],
  ["JSON null", () => Response.json(null, { status: 502 })],
  ["a code that is not text", () => Response.json({ code: 5, detail: "no" }, { status: 502 })],
  [
    "cut-off JSON",
    () => new Response('{"code":', { status: 502, headers: { "content-type": "application/problem+json" } }),
  ],
])("an error answer with %s is a clear ApiError", async (_, respond) => {
  const error = await failure(respond);
  expect(error).toBeInstanceOf(ServerError);
  expect(error).toMatchObject({ code: "http_error", status: 502, problem: undefined });
});

test.each(["model_retired", "constructor", "__proto__"])(
  "the unknown code %s is passed on, its class found by status",
  async (code) => {
    const error = await failure(
      () =>
        new Response(`{"code":"${code}","detail":"no"}`, {
          status: 404,
          headers: { "content-type": "application/problem+json" },
        }),
    );
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({
      code,
      message: "no",
      problem: { type: "about:blank", title: code, requestId: "" },
    });
  },
);

test("the status is the answer's own, whatever its problem says", async () => {
  const error = await failure(() =>
    Response.json({ code: "internal_error", detail: "no", status: 200 }, { status: 500 }),
  );
  expect(error).toMatchObject({ status: 500, problem: { status: 500 } });
});

test("a server that repeats the API key does not get it into a message or a log", async () => {
  const error = await failure(
    () => problemAnswer("unauthorized", 401, { detail: "the key hush-key-123 is not known" }),
    { apiKey: "hush-key-123" },
  );
  expect(error.message).toBe("the key [secret] is not known");
  expect(JSON.stringify(error)).not.toContain("hush");
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("hush");
});

test("a very long detail is cut", async () => {
  const error = await failure(() => problemAnswer("invalid_request", 400, { detail: "a".repeat(100_000) }));
  expect(error.message).toHaveLength(1000);
});

test("as JSON an error says what a log needs", async () => {
  const error = await failure(() =>
    problemAnswer("model_unavailable", 503, { headers: { "retry-after": "1" } }),
  );
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: "ModelUnavailableError",
    code: "model_unavailable",
    message: "detail of model_unavailable",
    isRetryable: true,
    status: 503,
    requestId: "req-2",
    problem: {
      type: "about:blank",
      title: "title of model_unavailable",
      status: 503,
      code: "model_unavailable",
      detail: "detail of model_unavailable",
      requestId: "req-2",
    },
    retryAfterMs: 1000,
  });
});

test("every API error is an UnpairedError", async () => {
  expect(UnpairedError.isInstance(await failure(() => problemAnswer("not_found", 404)))).toBe(true);
});
