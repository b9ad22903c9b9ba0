import type { Answer } from "./answer.ts";
import { toApiError } from "./api-error.ts";
import { withDeadline } from "./deadline.ts";
import { ConnectionError, MalformedAnswerError } from "./errors.ts";
import { type ApiRequest, compose, type Middleware } from "./middleware.ts";
import { type ClientConfig, checkTimeoutMs, type Fetch, type RequestOptions } from "./options.ts";
import { maxBodyBytes, readBounded } from "./read-bounded.ts";
import { noteSecrets, redact } from "./redact.ts";
import { retry } from "./retry.ts";

/** A success answer, read to its end. */
export type SuccessAnswer = Answer & { readonly body: Uint8Array<ArrayBuffer> };

/** A call to one of the API's paths. */
export interface ApiCall extends RequestOptions {
  readonly method: "GET" | "POST";
  /** Relative to `baseUrl`, without a leading slash. */
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly accept: string;
  /** Sent as its own content type. */
  readonly body?: Blob;
  /** The same for every try, so that the server can tell a repetition from a second wish. */
  readonly idempotencyKey?: string | undefined;
  /** The client's `fetch` by default. */
  readonly fetch?: Fetch | undefined;
}

/**
 * Calls the API, retrying what may pass, and hands the success answer to `read`.
 *
 * @throws {ApiError} for every answer that is not a success
 * @throws {ConnectionError | TimeoutError | AbortedError | MalformedAnswerError}
 */
export function callApi<T>(
  config: ClientConfig,
  call: ApiCall,
  read: (answer: SuccessAnswer) => T,
): Promise<T> {
  const { method, path, query, accept, body, idempotencyKey } = call;
  const source = `${method} ${config.baseUrl}${path}`;
  const headers = new Headers(config.headers);
  headers.set("accept", accept);
  if (body) headers.set("content-type", body.type);
  if (idempotencyKey) headers.set("idempotency-key", idempotencyKey);
  const url = `${config.baseUrl}${path}${query ? `?${query}` : ""}`;
  const { middleware, runtime } = config;
  const secrets = new Set<string>();
  return exchange(config, { ...call, url, source, headers, middleware, secrets }, (answer) => {
    const { status, requestId } = answer;
    if (status < 200 || status > 299) {
      throw toApiError(answer, { redact: (text) => redact(text, secrets), now: runtime.now });
    }
    if (!answer.body) {
      throw new MalformedAnswerError(`${source} answered with more than ${maxBodyBytes} bytes`, {
        status,
        requestId,
      });
    }
    return read(answer as SuccessAnswer);
  });
}

/** One HTTP request and how to name it. */
export interface Exchange extends RequestOptions {
  readonly method: "GET" | "POST";
  readonly url: string;
  /** The request in messages: no query, no secrets. */
  readonly source: string;
  readonly headers?: Headers;
  readonly body?: Blob;
  readonly middleware?: readonly Middleware[];
  /** Filled with the credentials sent. */
  readonly secrets?: Set<string>;
  /** The client's `fetch` by default. */
  readonly fetch?: Fetch | undefined;
}

/** Sends a request, reads the whole answer and hands it to `read`; what `read` throws may lead to a retry. */
export async function exchange<T>(
  config: ClientConfig,
  request: Exchange,
  read: (answer: Answer) => T,
): Promise<T> {
  const { signal, source } = request;
  const timeoutMs = checkTimeoutMs(request.timeoutMs ?? config.timeoutMs);
  const attempt = (retries: number) =>
    withDeadline(
      async (deadline) => read(await send(request, request.fetch ?? config.fetch, retries, deadline)),
      {
        timeoutMs,
        signal,
        source,
      },
    );
  return retry(attempt, { maxRetries: config.maxRetries, signal, ...config.runtime });
}

async function send(request: Exchange, fetch: Fetch, retries: number, signal: AbortSignal): Promise<Answer> {
  const { method, url, source, body, middleware = [], secrets = new Set() } = request;
  const lost = (cause: unknown) => {
    // Whoever ended the try has said why.
    if (signal.aborted) return signal.reason;
    return new ConnectionError(`${source} got no complete answer: ${redact(reasonOf(cause), secrets)}`, {
      cause,
    });
  };
  const reach = async (sent: ApiRequest) => {
    noteSecrets(sent.headers, secrets);
    const { method, headers, body = null, signal } = sent;
    try {
      return await fetch(sent.url, { method, headers, body, signal });
    } catch (cause) {
      throw lost(cause);
    }
  };
  const headers = new Headers(request.headers);
  const response = await compose(middleware, reach)({ method, url, headers, body, signal, retries });
  const requestId = response.headers.get("x-request-id") ?? undefined;
  try {
    const read = response.body
      ? await readBounded(response.body, { signal })
      : new Uint8Array(await response.arrayBuffer());
    return { source, status: response.status, headers: response.headers, requestId, body: read };
  } catch (cause) {
    throw lost(cause);
  }
}

/** What fetch says, and the system's own code (`ECONNREFUSED`) where the platform gives it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = (error.cause ?? {}) as { code?: unknown };
  return typeof code === "string" ? `${error.message} (${code})` : error.message;
}
