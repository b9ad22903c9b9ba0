/** How much of an unwanted body is read and thrown away. */
export const DRAIN_BYTES = 128_000_000;
const DRAIN_MS = 10_000;

/**
 * Reads a body that nobody wants to its end, within bounds, keeping nothing: a connection closed on a sender that is
 * still sending resets it, and the answer that says why is lost with it.
 */
export async function drainBody(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const deadlineMs = Date.now() + DRAIN_MS;
  let bytes = 0;
  try {
    while (bytes <= DRAIN_BYTES && Date.now() < deadlineMs) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.byteLength;
    }
    await reader.cancel();
  } catch {
    // The sender went away first: there is nobody left to answer.
  }
}

/** Drains what a handler left of a request's body; nothing when it was read or announces more than is worth it. */
export async function drainUnread(request: Request): Promise<void> {
  if (request.body === null || request.bodyUsed || request.body.locked) return;
  if (Number(request.headers.get("content-length") ?? 0) > DRAIN_BYTES) return;
  await drainBody(request.body.getReader());
}
