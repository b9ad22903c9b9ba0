import { maxTimeoutMs, sleep } from "./deadline.ts";
import { InvalidArgumentError } from "./errors.ts";
import type { Middleware } from "./middleware.ts";

/** The part of `fetch` this client uses; a service binding's or an app's own will do. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How to reach an Unpaired API. */
export interface UnpairedOptions {
  /** Where the API lives, path prefix included: `https://api.example/unpaired`. */
  readonly baseUrl: string | URL;
  /** Sent as `authorization: Bearer …`. */
  readonly apiKey?: string | undefined;
  /** Used for every request over http(s); the global one by default. */
  readonly fetch?: Fetch | undefined;
  /** Milliseconds one try may take, its body included; 60,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Tries after the first, 0–10, for lost connections, timeouts, 408, 409, 429 and every 5xx; 2 by default. */
  readonly maxRetries?: number | undefined;
  /** Sent with every request to the API. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Wraps every try of every call to the API, the first one outermost: logging, tokens, tracing. */
  readonly middleware?: readonly Middleware[] | undefined;
  /** The client's sources of time and chance, for tests. */
  readonly runtime?: Partial<Runtime> | undefined;
}

/** What one call may settle for itself. */
export interface RequestOptions {
  /** Ends the call, waits between tries included, with an `AbortedError`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds one try may take; the client's `timeoutMs` by default. */
  readonly timeoutMs?: number | undefined;
}

/** Time and chance. */
export interface Runtime {
  /** Resolves after `delayMs`, rejects when `signal` aborts. */
  readonly sleep: (delayMs: number, signal?: AbortSignal) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A new idempotency key, never the same twice. */
  readonly createKey: () => string;
}

/** Checked options; everything a request needs. */
export interface ClientConfig {
  /** Ends in `/`. */
  readonly baseUrl: string;
  readonly headers: Headers;
  readonly fetch: Fetch;
  /** Whether `fetch` is the caller's own rather than the platform's. */
  readonly hasOwnFetch: boolean;
  readonly middleware: readonly Middleware[];
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly runtime: Runtime;
}

/** @throws {InvalidArgumentError} which names the option and never shows a secret */
export function resolveOptions(options: UnpairedOptions): ClientConfig {
  const { maxRetries = 2, timeoutMs = 60_000, runtime } = options;
  if (!Number.isInteger(maxRetries) || maxRetries < 0 || maxRetries > 10) {
    throw new InvalidArgumentError(`maxRetries is ${maxRetries}; give a whole number from 0 to 10`);
  }
  return {
    baseUrl: resolveBaseUrl(options.baseUrl),
    headers: resolveHeaders(options.headers, options.apiKey),
    // Looked up at each call, so that a global fetch replaced later (a mock, an instrumented one) is used.
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    hasOwnFetch: options.fetch !== undefined,
    middleware: options.middleware ?? [],
    timeoutMs: checkTimeoutMs(timeoutMs),
    maxRetries,
    runtime: { sleep, random: Math.random, now: Date.now, createKey, ...runtime },
  };
}

/** 128 random bits as hex; not `crypto.randomUUID`, which browsers keep from pages without TLS. */
function createKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @throws {InvalidArgumentError} where a timer could not count this many milliseconds */
export function checkTimeoutMs(timeoutMs: number): number {
  if (!(timeoutMs > 0 && timeoutMs <= maxTimeoutMs)) {
    throw new InvalidArgumentError(
      `timeoutMs is ${timeoutMs}; give milliseconds above 0 and up to ${maxTimeoutMs}`,
    );
  }
  return timeoutMs;
}

function resolveBaseUrl(baseUrl: string | URL): string {
  if (!URL.canParse(String(baseUrl))) {
    throw new InvalidArgumentError(
      `baseUrl is ${JSON.stringify(baseUrl)}; give an absolute URL such as https://api.example`,
    );
  }
  const url = new URL(baseUrl);
  if (!/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError(`baseUrl has the scheme ${url.protocol}; give an http: or https: URL`);
  }
  if (url.username || url.password) {
    throw new InvalidArgumentError(
      `baseUrl for ${url.host} carries a user name or password, which fetch refuses; use apiKey or headers`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/*$/, "/")}`;
}

function resolveHeaders(given: Readonly<Record<string, string>> = {}, apiKey?: string): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, value);
    } catch {
      // The platform's own message shows the value, which may be a secret.
      throw new InvalidArgumentError(
        `headers has ${JSON.stringify(name)}, whose name or value HTTP cannot carry; use ASCII without line breaks`,
      );
    }
  }
  if (apiKey === undefined) return headers;
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new InvalidArgumentError(
      "apiKey is empty or holds spaces, line breaks or non-ASCII characters; give the key alone",
    );
  }
  headers.set("authorization", `Bearer ${apiKey}`);
  return headers;
}
