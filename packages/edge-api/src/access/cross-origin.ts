import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";

/** Headers a page of another origin may send. */
const requestHeaders = [
  "authorization",
  "cache-control",
  "content-type",
  "idempotency-key",
  "if-none-match",
  "x-api-key",
  "x-request-id",
];

/** Headers of an answer that a page of another origin may read, beside those every page may. */
const responseHeaders = [
  "etag",
  "location",
  "retry-after",
  "retry-after-ms",
  "server-timing",
  "x-domain-score",
  "x-model",
  "x-model-version",
  "x-request-id",
];

const PREFLIGHT_SECONDS = 7_200;

/** Lets pages of these origins call the service (CORS); a key goes in a header, so cookies are never asked for. */
export function crossOrigin(origins: "*" | readonly string[]): MiddlewareHandler {
  return cors({
    origin: origins === "*" ? "*" : [...origins],
    allowMethods: ["GET", "HEAD", "POST", "DELETE"],
    allowHeaders: requestHeaders,
    exposeHeaders: responseHeaders,
    maxAge: PREFLIGHT_SECONDS,
  });
}
