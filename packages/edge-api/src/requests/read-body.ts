import { RequestError } from "../problems/request-error.ts";
import { DRAIN_BYTES, drainBody } from "./drain-body.ts";

/** A body of unknown length begins with this much memory, which doubles as it grows. */
const FIRST_BYTES = 64 * 1024;
/** A sender may pause this long, and take this long altogether. */
const MOST_PAUSE_MS = 15_000;
const MOST_MS = 120_000;

/** Options of {@link readBody}. */
export interface ReadBodyOptions {
  /** Told before bytes are held, and how many then; what it throws ends the reading. */
  readonly hold?: (bytes: number) => void;
  readonly mostPauseMs?: number;
  /** What to send instead of nothing, and instead of too much; an image unless told. */
  readonly cures?: { readonly missing: string; readonly tooLarge: string };
}

/**
 * Reads a request body of at most `limitBytes`, into memory of its declared length, or of twice what has come.
 *
 * @throws RequestError `length_required`, `invalid_request` (empty, or the sender stopped) or `image_too_large`
 */
export async function readBody(
  request: Request,
  limitBytes: number,
  {
    hold = () => {},
    mostPauseMs = MOST_PAUSE_MS,
    cures = {
      missing: "send the image's bytes as the body",
      tooLarge: `send an image of at most ${limitBytes} bytes`,
    },
  }: ReadBodyOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const empty = () => new RequestError("invalid_request", `The body is empty; ${cures.missing}.`);
  const tooLarge = (size: string) =>
    new RequestError("image_too_large", `The body is ${size}; ${cures.tooLarge}.`);
  const declared = request.headers.get("content-length");
  if (request.body === null && declared === null) {
    throw new RequestError("length_required", `The request has no body; ${cures.missing}.`);
  }
  const reader = request.body?.getReader();
  if (declared !== null && Number(declared) > limitBytes) {
    if (reader && Number(declared) <= DRAIN_BYTES) await drainBody(reader);
    throw tooLarge(`${declared} bytes`);
  }
  if (!reader) throw empty();
  const take = async (length: number, besides = 0): Promise<Uint8Array<ArrayBuffer>> => {
    try {
      hold(length + besides);
    } catch (error) {
      await drainBody(reader);
      throw error;
    }
    return new Uint8Array(length);
  };
  const startMs = Date.now();
  let buffer = await take(Number(declared ?? 0));
  let bytes = 0;
  for (;;) {
    const { done, value } = await readWithin(reader, Math.min(mostPauseMs, startMs + MOST_MS - Date.now()));
    if (done) break;
    const needed = bytes + value.byteLength;
    if (needed > limitBytes) {
      buffer = new Uint8Array(0);
      await drainBody(reader);
      throw tooLarge(`more than ${limitBytes} bytes`);
    }
    if (needed > buffer.length) {
      const length = Math.min(limitBytes, Math.max(needed, FIRST_BYTES, 2 * buffer.length));
      // Both are there while one is copied into the other.
      const larger = await take(length, buffer.length);
      larger.set(buffer.subarray(0, bytes));
      buffer = larger;
      hold(length);
    }
    buffer.set(value, bytes);
    bytes = needed;
  }
  if (bytes === 0) throw empty();
  if (bytes === buffer.length) return buffer;
  const exact = buffer.slice(0, bytes);
  hold(bytes);
  return exact;
}

async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  limitMs: number,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new RequestError(
          "invalid_request",
          "The body stopped arriving before its end; send it without pauses.",
        ),
      );
      reader.cancel().catch(() => {});
    }, limitMs);
  });
  try {
    return await Promise.race([reader.read(), expiry]);
  } catch (cause) {
    if (cause instanceof RequestError) throw cause;
    throw new RequestError("invalid_request", "The body ended before it was whole; send it again.", {
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}
