import { type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isSystemError } from "../checkpoint/atomic-write.ts";
import { StorageError } from "../checkpoint/errors.ts";
import { DownloadError } from "./errors.ts";
import { hashFile } from "./hash-file.ts";

/** What a file is to be, known before it is asked for. */
export interface ExpectedFile {
  readonly url: URL;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Options of {@link download}. */
export interface DownloadOptions {
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal | undefined;
  /** Bytes that are here, of those that are to come. */
  readonly onProgress?: ((done: number) => void) | undefined;
  /** A connection that says nothing for so long counts as broken off. */
  readonly stallMs?: number;
  /** Tries in a row that bring nothing before it gives up. */
  readonly tries?: number;
  /** Waits before another try. */
  readonly wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** A try that may be followed by another. */
class BrokenOff extends Error {}

/**
 * Downloads a file whose size and checksum are known. What has arrived stays beside its place as `<path>.part`, and the
 * next call goes on from there; the file appears under its name once it is whole and its checksum is right.
 *
 * @throws DownloadError `download_refused`, `download_broken_off` or `download_mismatch`
 * @throws StorageError `disk_full` or `not_writable`
 */
export async function download(
  path: string,
  expected: ExpectedFile,
  {
    fetch: request = fetch,
    signal,
    onProgress,
    stallMs = 30_000,
    tries = 5,
    wait = (ms, signal) => delay(ms, undefined, { signal }),
  }: DownloadOptions = {},
): Promise<void> {
  const { url, bytes, sha256 } = expected;
  if ((await sizeOf(path)) === bytes && (await hashFile(path, signal)) === sha256) return;
  const part = `${path}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    if ((await sizeOf(part)) > bytes) await rm(part);
    let failures = 0;
    while ((await sizeOf(part)) < bytes) {
      signal?.throwIfAborted();
      const before = await sizeOf(part);
      try {
        await receive(part, before, { expected, request, signal, onProgress, stallMs });
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof BrokenOff)) throw error;
        failures = (await sizeOf(part)) > before ? 0 : failures + 1;
        if (failures >= tries) {
          throw new DownloadError(
            "download_broken_off",
            `${url} broke off after ${await sizeOf(part)} of ${bytes} bytes (${error.message}); run the same command again and it goes on from there.`,
            error,
          );
        }
        await wait(1000 * 2 ** failures, signal).catch((cause: unknown) => {
          throw signal?.aborted ? signal.reason : cause;
        });
      }
    }
    const hash = await hashFile(part, signal);
    if (hash !== sha256) {
      await rm(part);
      throw new DownloadError(
        "download_mismatch",
        `${url} has another content than expected (SHA-256 ${hash} instead of ${sha256}); get it from a source you trust, with --mirror.`,
      );
    }
    await rename(part, path);
  } catch (error) {
    throw isSystemError(error) ? StorageError.of(path, error) : error;
  }
}

/** One request for what is missing, appended to the part as it comes. */
async function receive(
  part: string,
  from: number,
  {
    expected: { url, bytes },
    request,
    signal,
    onProgress,
    stallMs,
  }: {
    readonly expected: ExpectedFile;
    readonly request: typeof fetch;
    readonly signal: AbortSignal | undefined;
    readonly onProgress: ((done: number) => void) | undefined;
    readonly stallMs: number;
  },
): Promise<void> {
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), stallMs);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stall.abort(), stallMs);
  };
  let file: FileHandle | undefined;
  try {
    const response = await request(url, {
      headers: { "accept-encoding": "identity", ...(from > 0 && { range: `bytes=${from}-` }) },
      signal: AbortSignal.any([stall.signal, ...(signal ? [signal] : [])]),
    }).catch(asBrokenOff(stall.signal, stallMs));
    const start = startOf(response, { url, from, bytes });
    file = await open(part, start === 0 ? "w" : "r+");
    let at = start;
    const reader = response.body!.getReader();
    for (;;) {
      alive();
      const { done, value } = await reader.read().catch(asBrokenOff(stall.signal, stallMs));
      if (done) break;
      if (at + value.length > bytes) {
        await reader.cancel().catch(() => {});
        throw mismatch(url, `more than the ${bytes} bytes`);
      }
      // Even a cut off file keeps all that came: the next try asks for the rest only.
      await file.write(value, 0, value.length, at);
      at += value.length;
      onProgress?.(at);
    }
    if (at < bytes) throw new BrokenOff("the connection ended early");
  } finally {
    clearTimeout(timer);
    await file?.close();
  }
}

/** Where in the file an answer begins. */
function startOf(
  response: Response,
  { url, from, bytes }: { readonly url: URL; readonly from: number; readonly bytes: number },
): number {
  const { status, headers } = response;
  if (status === 429 || status >= 500) throw new BrokenOff(`the server answered ${status}`);
  if (status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "");
    if (range && Number(range[1]) === from && (range[2] === "*" || Number(range[2]) === bytes)) return from;
    throw mismatch(
      url,
      `the range ${headers.get("content-range") ?? "none"} instead of what lies behind byte ${from} of ${bytes}`,
    );
  }
  if (status !== 200) {
    throw new DownloadError(
      "download_refused",
      `${url} cannot be had: the server answered ${status}; name another place with --mirror.`,
    );
  }
  const length = headers.get("content-length");
  if (length !== null && Number(length) !== bytes) throw mismatch(url, `${length} bytes instead of ${bytes}`);
  return 0;
}

function mismatch(url: URL, what: string): DownloadError {
  return new DownloadError(
    "download_mismatch",
    `${url} is another file than expected: the server sends ${what}; name another place with --mirror.`,
  );
}

function asBrokenOff(stalled: AbortSignal, stallMs: number): (cause: unknown) => never {
  return (cause) => {
    const reason =
      cause instanceof Error ? ((cause.cause as Error | undefined)?.message ?? cause.message) : String(cause);
    throw new BrokenOff(stalled.aborted ? `nothing came for ${stallMs / 1000} s` : reason, { cause });
  };
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
