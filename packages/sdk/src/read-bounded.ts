/** Nothing this client reads, an image or an answer, may be larger: 64 MiB. */
export const maxBodyBytes = 64 * 1024 * 1024;

/**
 * Collects a stream of bytes.
 *
 * @param signal cancels the stream
 * @returns undefined, the rest cancelled, once it is longer than `maxBytes`
 * @throws {TypeError} where a chunk is not a Uint8Array, and whatever the stream throws
 */
export async function readBounded(
  stream: ReadableStream<unknown>,
  { signal, maxBytes = maxBodyBytes }: { signal?: AbortSignal; maxBytes?: number } = {},
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = stream.getReader();
  const cancel = (reason?: unknown) => void reader.cancel(reason).catch(() => {});
  const onAbort = () => cancel(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort);
  try {
    const chunks: Uint8Array[] = [];
    let byteLength = 0;
    for (;;) {
      const { done, value } = await reader.read();
      // A cancelled stream looks like one that ended.
      signal?.throwIfAborted();
      if (done) return concatenate(chunks, byteLength);
      if (!ArrayBuffer.isView(value)) {
        cancel();
        throw new TypeError(
          `the stream gave a chunk of type ${typeof value}; only Uint8Array chunks are bytes`,
        );
      }
      byteLength += value.byteLength;
      if (byteLength > maxBytes) {
        cancel();
        return undefined;
      }
      chunks.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    reader.releaseLock();
  }
}

function concatenate(chunks: readonly Uint8Array[], byteLength: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(byteLength);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
