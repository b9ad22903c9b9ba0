/** A runtime may inflate all it is given at once, so it is given little: deflate makes at most 1,032 bytes of one. */
const PORTION_BYTES = 4_096;
const MOST_EXPANSION = 1_032;

/** Bytes that {@link inflateWithin} holds of what has been inflated, at most. */
export function inflatingBytes(mostBytes: number): number {
  return Math.min(mostBytes, PORTION_BYTES * MOST_EXPANSION);
}

/**
 * Inflates a zlib stream that comes in parts, handing on what comes out as it comes.
 *
 * @throws RangeError when there is more than `mostBytes`, of which nothing is handed on, or the stream is damaged
 */
export async function inflateWithin(
  parts: readonly Uint8Array<ArrayBuffer>[],
  mostBytes: number,
  use: (bytes: Uint8Array) => void,
): Promise<void> {
  const inflater = new DecompressionStream("deflate");
  const reader = inflater.readable.getReader();
  const writer = inflater.writable.getWriter();
  let hasEnough = false;
  const feed = async () => {
    for (const part of parts) {
      for (let offset = 0; offset < part.length && !hasEnough; offset += PORTION_BYTES) {
        await writer.write(part.subarray(offset, offset + PORTION_BYTES));
      }
    }
    await writer.close();
  };
  // Damage ends both sides; the reader says so.
  const fed = feed().catch(() => {});
  let inflated = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      inflated += value.byteLength;
      if (inflated > mostBytes) throw new RangeError(`there are more than ${mostBytes} bytes`);
      use(value);
    }
  } catch (cause) {
    throw cause instanceof RangeError
      ? cause
      : new RangeError("the compressed pixels are damaged", { cause });
  } finally {
    hasEnough = true;
    await reader.cancel().catch(() => {});
    await fed;
  }
}
