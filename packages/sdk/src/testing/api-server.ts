import type { Problem, ProblemCode } from "@unpaired/core/contracts";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll } from "vitest";
import { Unpaired } from "../client.ts";
import type { UnpairedOptions } from "../options.ts";
import { images } from "./images.ts";

export const baseUrl = "https://api.example";

/** What the server received, body read to its end. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** Answers the n-th request to a path (from 0). */
export type Responder = (request: ReceivedRequest, index: number) => Response | Promise<Response>;

/** An API at the network's edge: `serve` sets what a path answers, and what it received is handed back. */
export function useApiServer() {
  const server = setupServer();
  beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());

  const serve = (path: string, respond: Responder): ReceivedRequest[] => {
    const received: ReceivedRequest[] = [];
    const url = path.includes("://") ? path : `${baseUrl}${path}`;
    server.use(
      http.all(url, async ({ request }) => {
        const body = new Uint8Array(await request.arrayBuffer());
        received.push({ method: request.method, url: new URL(request.url), headers: request.headers, body });
        return respond(received.at(-1)!, received.length - 1);
      }),
    );
    return received;
  };
  return { serve };
}

/** A client whose waits are recorded and not waited for, and whose chance is 1. */
export function createClient(options: Partial<UnpairedOptions> = {}) {
  const delaysMs: number[] = [];
  const runtime = {
    sleep: async (delayMs: number) => void delaysMs.push(delayMs),
    random: () => 1,
    now: () => Date.UTC(2026, 10, 23, 12),
  };
  return { client: new Unpaired({ baseUrl, runtime, ...options }), delaysMs };
}

/** A translated image as the API answers it. */
export function imageAnswer({
  headers = {},
  body = images.png,
}: {
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer> | ReadableStream;
} = {}) {
  return new HttpResponse(body, {
    headers: {
      "content-type": "image/png",
      "x-request-id": "req-1",
      "x-model": "summer2winter",
      "x-model-version": "v1",
      "x-domain-score": "0.87",
      "server-timing": 'decode;dur=3.5, model;dur=42;desc="9 blocks, simd", cache',
      ...headers,
    },
  });
}

/** Problem details as the API answers them. */
export function problemAnswer(
  code: ProblemCode,
  status: number,
  { detail = `detail of ${code}`, headers = {} }: { detail?: string; headers?: Record<string, string> } = {},
) {
  const problem: Problem = {
    type: "about:blank",
    title: `title of ${code}`,
    status,
    code,
    detail,
    requestId: "req-2",
  };
  return HttpResponse.json(problem, {
    status,
    headers: { "content-type": "application/problem+json", "x-request-id": "req-2", ...headers },
  });
}
