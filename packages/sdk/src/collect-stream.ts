import { withDeadline } from "./deadline.ts";
import { InvalidArgumentError } from "./errors.ts";
import { tooLarge, unreadable } from "./image-errors.ts";
import { type ClientConfig, checkTimeoutMs, type RequestOptions } from "./options.ts";
import { readBounded } from "./read-bounded.ts";

/**
 * Reads the stream to its end before anything is sent: the API wants a length, browsers send streams over HTTP/2 at
 * best, and a stream could not be sent again.
 */
export async function collectStream(
  config: ClientConfig,
  stream: ReadableStream<Uint8Array>,
  options: RequestOptions,
): Promise<Blob> {
  if (stream.locked) {
    throw new InvalidArgumentError("the image stream is locked or already read; give a fresh one", {
      code: "unsupported_image",
    });
  }
  const bytes = await withDeadline(
    async (signal) => {
      try {
        return await readBounded(stream, { signal });
      } catch (cause) {
        throw unreadable("image stream", cause);
      }
    },
    {
      timeoutMs: checkTimeoutMs(options.timeoutMs ?? config.timeoutMs),
      signal: options.signal,
      source: "reading the image stream",
    },
  ).catch((error: unknown) => {
    // A call that was over before its stream was read has it cancelled like any other.
    if (!stream.locked) stream.cancel(error).catch(() => {});
    throw error;
  });
  if (!bytes) throw tooLarge();
  return new Blob([bytes]);
}
