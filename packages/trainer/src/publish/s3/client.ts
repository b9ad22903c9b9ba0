import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { AwsV4Signer } from "aws4fetch";
import { RegistryError } from "../errors.ts";
import { describeRefusal, errorCode, isPassing, type Refusal } from "./refusal.ts";
import type { Store } from "./store.ts";

/** What a client gets from the world outside; the defaults are the real thing. */
export interface S3World {
  readonly fetch?: typeof fetch;
  readonly nowMs?: () => number;
  /** In [0, 1). */
  readonly random?: () => number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  /** Longest one try may take beside its body's share, in milliseconds. */
  readonly timeoutMs?: number;
}

/** One request to a bucket. */
export interface S3Request {
  readonly method: "GET" | "HEAD" | "PUT";
  /** The object's key, or empty for the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Longest answer that is read. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

/** An answer: a success, 404 for an object that is not there, or 412 for a condition that does not hold. */
export interface S3Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** An earlier try of this request got no answer, or a failure, and may yet have been carried out. */
  readonly repeated: boolean;
}

/** Sends signed requests to one bucket. */
export type S3Client = (request: S3Request) => Promise<S3Answer>;

const TRIES = 5;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;
const LONGEST_RETRY_AFTER_MS = 20_000;
/** Slowest line a body is waited for: 16 kB/s. */
const BYTES_PER_MS = 16;
const REFUSAL_BYTES = 16 * 1024;

/**
 * Speaks S3 to a bucket: AWS Signature Version 4 over the body too, so that the store checks what arrived. What may pass
 * (no connection, 408, 409, 429, 5xx) is tried five times in all, waiting longer each time or as long as the store says.
 *
 * @throws RegistryError from the client, one code per cause; the signal's reason when it is aborted
 */
export function createS3Client(bucket: string, store: Store, world: S3World = {}): S3Client {
  const { nowMs = Date.now, random = Math.random, timeoutMs = 30_000 } = world;
  const send = world.fetch ?? fetch;
  const sleep =
    world.sleep ??
    ((ms: number, signal?: AbortSignal) => delay(ms, undefined, { ...(signal && { signal }) }));

  async function tryOnce(request: S3Request): Promise<Omit<S3Answer, "repeated"> | Failure> {
    const { method, key, query = {}, body, maxBytes = 0, signal } = request;
    const url = `${store.bucketUrl}/${key}${key === "" ? `?${new URLSearchParams(query)}` : ""}`;
    const signed = await new AwsV4Signer({
      ...store.credentials,
      method,
      url,
      service: "s3",
      region: store.region,
      datetime: new Date(nowMs()).toISOString().replace(/[:-]|\.\d{3}/g, ""),
      headers: {
        ...request.headers,
        "x-amz-content-sha256": createHash("sha256")
          .update(body ?? "")
          .digest("hex"),
      },
    }).sign();
    const limit = AbortSignal.timeout(timeoutMs + Math.ceil((body?.length ?? maxBytes) / BYTES_PER_MS));
    try {
      // Set unsigned, because proxies rewrite it; compressed answers have no length to compare.
      signed.headers.set("accept-encoding", "identity");
      const response = await send(signed.url, {
        method,
        headers: signed.headers,
        // A signature is for one host alone.
        redirect: "manual",
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
        ...(body && { body }),
      });
      const { status, headers } = response;
      if (response.ok) return { status, headers, bytes: await readAtMost(response, maxBytes, key) };
      const text = new TextDecoder().decode(await readStart(response, REFUSAL_BYTES));
      const refusal: Refusal = { status, headers, text };
      const missing = status === 404 && (method === "HEAD" || errorCode(refusal) === "NoSuchKey");
      if (missing || status === 412) return { status, headers, bytes: new Uint8Array() };
      const doing = key === "" ? "list" : method === "PUT" ? "write" : "read";
      return {
        error: describeRefusal(refusal, { bucket, doing, store, nowMs: nowMs() }),
        passing: isPassing(refusal),
        afterMs: Math.min(Number(headers.get("retry-after")) * 1000 || 0, LONGEST_RETRY_AFTER_MS),
      };
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      if (cause instanceof RegistryError) throw cause;
      return { error: unreachable(store.host, cause), passing: true, afterMs: 0 };
    }
  }

  return async (request) => {
    for (let tries = 1; ; tries++) {
      request.signal?.throwIfAborted();
      const outcome = await tryOnce(request);
      if (!("error" in outcome)) return { ...outcome, repeated: tries > 1 };
      if (!outcome.passing || tries === TRIES) throw outcome.error;
      const backoffMs = Math.min(FIRST_DELAY_MS * 2 ** (tries - 1), LONGEST_DELAY_MS) * (0.5 + random() / 2);
      try {
        await sleep(Math.max(backoffMs, outcome.afterMs), request.signal);
      } catch (cause) {
        throw request.signal?.aborted ? request.signal.reason : cause;
      }
    }
  };
}

interface Failure {
  readonly error: RegistryError;
  readonly passing: boolean;
  /** How long the store asks to wait. */
  readonly afterMs: number;
}

async function readAtMost(response: Response, maxBytes: number, key: string): Promise<Uint8Array> {
  const bytes = await readStart(response, maxBytes + 1);
  if (bytes.length <= maxBytes) return bytes;
  throw new RegistryError(`${key} has more than the ${maxBytes} bytes it may have.`, {
    code: "object_too_large",
  });
}

async function readStart(response: Response, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    pieces.push(piece);
    length += piece.length;
    // Leaving the loop cancels the rest.
    if (length >= limit) break;
  }
  return Buffer.concat(pieces).subarray(0, limit);
}

function unreachable(host: string, cause: unknown): RegistryError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = (inner as NodeJS.ErrnoException | undefined)?.code;
  const why =
    cause instanceof DOMException && cause.name === "TimeoutError"
      ? "it takes too long"
      : code === "ENOTFOUND"
        ? "no such host is known"
        : /^[A-Z_0-9]+$/.test(code ?? "")
          ? code
          : "the connection broke";
  return new RegistryError(`${host} cannot be reached (${why}); check the endpoint and the network.`, {
    code: "registry_unreachable",
    cause,
  });
}
