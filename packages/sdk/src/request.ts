import type { Answer } from "./answer.ts";
import { toApiError } from "./api-error.ts";
import { withDeadline } from "./deadline.ts";
import { ConnectionError, MalformedAnswerError } from "./errors.ts";
import { type ClientConfig, checkTimeoutMs, type Fetch, type RequestOptions } from "./options.ts";
import { maxBodyBytes, readBounded } from "./read-bounded.ts";
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
  const { method, path, query, accept, body } = call;
  const source = `${method} ${config.baseUrl}${path}`;
  const headers = new Headers(config.headers);
  headers.set("accept", accept);
  if (body) headers.set("content-type", body.type);
  const url = `${config.baseUrl}${path}${query ? `?${query}` : ""}`;
  return exchange(
    config,
    { ...call, url, source, init: { method, headers, body: body ?? null } },
    (answer) => {
      if (answer.status < 200 || answer.status > 299) {
        throw toApiError(answer, { redact: config.redact, now: config.runtime.now });
      }
      const { status, requestId } = answer;
      if (!answer.body) {
        throw new MalformedAnswerError(`${source} answered with more than ${maxBodyBytes} bytes`, {
          status,
          requestId,
        });
      }
      return read(answer as SuccessAnswer);
    },
  );
}

/** One HTTP request and how to name it. */
export interface Exchange extends RequestOptions {
  readonly url: string;
  /** The request in messages: no query, no secrets. */
  readonly source: string;
  readonly init: RequestInit;
  /** The client's `fetch` by default. */
  readonly fetch?: Fetch;
}

/** Sends a request, reads the whole answer and hands it to `read`; what `read` throws may lead to a retry. */
export async function exchange<T>(
  config: ClientConfig,
  request: Exchange,
  read: (answer: Answer) => T,
): Promise<T> {
  const { signal } = request;
  const timeoutMs = checkTimeoutMs(request.timeoutMs ?? config.timeoutMs);
  const attempt = () =>
    withDeadline(async (deadline) => read(await send(config, request, deadline)), {
      timeoutMs,
      signal,
      source: request.source,
    });
  return retry(attempt, { maxRetries: config.maxRetries, signal, ...config.runtime });
}

async function send(config: ClientConfig, request: Exchange, signal: AbortSignal): Promise<Answer> {
  const { url, source, init, fetch = config.fetch } = request;
  try {
    const response = await fetch(url, { ...init, signal });
    const { status, headers } = response;
    const requestId = headers.get("x-request-id") ?? undefined;
    const body = response.body
      ? await readBounded(response.body, { signal })
      : new Uint8Array(await response.arrayBuffer());
    return { source, status, headers, requestId, body };
  } catch (cause) {
    throw new ConnectionError(`${source} got no complete answer: ${config.redact(reasonOf(cause))}`, {
      cause,
    });
  }
}

/** What fetch says, and the system's own code (`ECONNREFUSED`) where the platform gives it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = (error.cause ?? {}) as { code?: unknown };
  return typeof code === "string" ? `${error.message} (${code})` : error.message;
}
