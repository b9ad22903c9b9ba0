import type { Header, Reference } from "./types.ts";

/** Every header an answer of this service can carry beside those of HTTP itself. */
export const responseHeaders = {
  "x-request-id": {
    description:
      "Names this request in logs: the caller's own `x-request-id` where it sent one, else a new id.",
    required: true,
    schema: { type: "string" },
    example: "5f0c1a52-7d0e-4f0e-9a55-0b7a4c4b8f0e",
  },
  "x-model": {
    description: "Id of the model that made the image.",
    required: true,
    schema: { type: "string" },
    example: "summer2winter",
  },
  "x-model-version": {
    description: "Version of that model.",
    required: true,
    schema: { type: "string" },
    example: "20261123t041500-1a2b3c4d",
  },
  "x-domain-score": {
    description:
      "How far the input lies from what the model was trained on: about 1 inside, growing without bound outside. Absent where the model carries no statistics.",
    schema: { type: "string", pattern: "^\\d+(\\.\\d+)?$" },
    example: "0.914",
  },
  "server-timing": {
    description:
      "Milliseconds spent in `decode`, `fit`, `infer` and `encode` (W3C Server Timing). `cache` says `hit` where the result had been made before, and then stands alone.",
    schema: { type: "string" },
    example: "cache;dur=1.0;desc=miss, decode;dur=2.1, fit;dur=1.4, infer;dur=58.0, encode;dur=3.2",
  },
  etag: {
    description:
      "Entity tag of the answer, weak where two answers mean the same without being the same bytes.",
    required: true,
    schema: { type: "string", pattern: '^(W/)?"[^"]+"$' },
    example: '"0f343b0931126a20f133d67c2b018a3b"',
  },
  "cache-control": {
    description: "What caches may do with the answer.",
    required: true,
    schema: { type: "string" },
  },
  location: {
    description: "Path of what was created.",
    required: true,
    schema: { type: "string" },
    example: "/jobs/9f86d081884c7d659a2feaa0c55ad015",
  },
  "set-cookie": {
    description: "What the browser is known by in this study; set once.",
    schema: { type: "string" },
  },
  "retry-after": {
    description: "Seconds to wait before trying again.",
    required: true,
    schema: { type: "string", pattern: "^\\d+$" },
    example: "5",
  },
  "www-authenticate": {
    description: "How to send a key (RFC 6750).",
    required: true,
    schema: { type: "string" },
    example: 'Bearer realm="unpaired"',
  },
} satisfies Readonly<Record<string, Header>>;

export type HeaderName = keyof typeof responseHeaders;

/** References to headers, by name; the request's id is on every answer. */
export function headerReferences(...names: HeaderName[]): Record<string, Reference> {
  return Object.fromEntries(
    (["x-request-id", ...names] as const).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
}

/** Headers that an answer carries for some of its reasons only. */
export function optionalHeaders(...names: HeaderName[]): Record<string, Header> {
  return Object.fromEntries(names.map((name) => [name, { ...responseHeaders[name], required: false }]));
}
