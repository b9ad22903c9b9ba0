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
  readonly method: ApiRequest["method"];
  /** Relative to `baseUrl`, without a leading slash. */
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly accept: string;
  readonly body?: Blob;
  /** The body's own type by default. */
  readonly contentType?: string | undefined;
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
  const request = toExchange(config, call);
  return exchange(config, request, (answer) => read(expectSuccess(config, request, answer)));
}

/** A call as the HTTP request it is. */
export function toExchange(config: ClientConfig, call: ApiCall): ApiExchange {
  const { method, path, query, accept, body, contentType = body?.type, idempotencyKey } = call;
  const address = config.baseUrl + path;
  const headers = new Headers(config.headers);
  headers.set("accept", accept);
  if (contentType) headers.set("content-type", contentType);
  if (idempotencyKey) headers.set("idempotency-key", idempotencyKey);
  return {
    ...call,
    url: query ? `${address}?${query}` : address,
    source: `${method} ${address}`,
    headers,
    middleware: config.middleware,
    secrets: new Set(),
  };
}

/** @throws {ApiError | MalformedAnswerError} unless the answer is a success that could be read to its end */
export function expectSuccess(
  { runtime }: ClientConfig,
  { secrets, source }: ApiExchange,
  answer: Answer,
): SuccessAnswer {
  const { status, requestId, body } = answer;
  if (status < 200 || status > 299) {
    throw toApiError(answer, { redact: (text) => redact(text, secrets), now: runtime.now });
  }
  if (!body) {
    throw new MalformedAnswerError(`${source} answered with more than ${maxBodyBytes} bytes`, {
      status,
      requestId,
    });
  }
  return answer as SuccessAnswer;
}

/** One HTTP request and how to name it. */
export interface Exchange extends RequestOptions {
  readonly method: ApiRequest["method"];
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

/** A request to the API itself. */
export type ApiExchange = Exchange & { readonly secrets: Set<string> };

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
      async (deadline) => read(await (await open(config, request, retries, deadline)).readAnswer()),
      { timeoutMs, signal, source },
    );
  return retry(attempt, { maxRetries: config.maxRetries, signal, ...config.runtime });
}

/** An answer whose headers are here. */
export interface Opened {
  readonly response: Response;
  /** Reads the answer to its end. */
  readAnswer(): Promise<Answer>;
  /** What to throw where reading fails. */
  lost(cause: unknown): unknown;
}

/** Sends a request and waits for the headers of its answer. */
export async function open(
  config: ClientConfig,
  request: Exchange,
  retries: number,
  signal: AbortSignal,
): Promise<Opened> {
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
      return await (request.fetch ?? config.fetch)(sent.url, { method, headers, body, signal });
    } catch (cause) {
      throw lost(cause);
    }
  };
  const headers = new Headers(request.headers);
  const response = await compose(middleware, reach)({ method, url, headers, body, signal, retries });
  const readAnswer = async () => {
    const { status, headers } = response;
    const requestId = headers.get("x-request-id") ?? undefined;
    try {
      const read = response.body
        ? await readBounded(response.body, { signal })
        : new Uint8Array(await response.arrayBuffer());
      return { source, status, headers, requestId, body: read };
    } catch (cause) {
      throw lost(cause);
    }
  };
  return { response, readAnswer, lost };
}

/** What fetch says, and the system's own code (`ECONNREFUSED`) where the platform gives it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = (error.cause ?? {}) as { code?: unknown };
  return typeof code === "string" ? `${error.message} (${code})` : error.message;
}
