import { RequestError } from "../problems/request-error.ts";

/** How much of a refused body is read and thrown away so that the sender gets to see the answer. */
const DRAIN_BYTES = 128_000_000;
const DRAIN_MS = 10_000;

/**
 * Reads a request body of at most `limitBytes`, without ever holding more than that.
 *
 * @throws RequestError `length_required`, `invalid_request` (empty) or `image_too_large`
 */
export async function readBody(request: Request, limitBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const declared = request.headers.get("content-length");
  if (request.body === null && declared === null) {
    throw new RequestError("length_required", "The request has no body; send the image's bytes as the body.");
  }
  const reader = request.body?.getReader();
  if (declared !== null && Number(declared) > limitBytes) {
    if (reader && Number(declared) <= DRAIN_BYTES) await drain(reader, 0);
    throw tooLarge(`${declared} bytes`, limitBytes);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > limitBytes) {
      chunks.length = 0;
      await drain(reader, bytes);
      throw tooLarge(`more than ${limitBytes} bytes`, limitBytes);
    }
    chunks.push(value);
  }
  if (bytes === 0) {
    throw new RequestError("invalid_request", "The body is empty; send the image's bytes as the body.");
  }
  return join(chunks, bytes);
}

function tooLarge(size: string, limitBytes: number): RequestError {
  return new RequestError(
    "image_too_large",
    `The body is ${size}; send an image of at most ${limitBytes} bytes.`,
  );
}

// A connection closed on a sender that is still sending resets it, and the answer is lost with it.
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>, alreadyRead: number): Promise<void> {
  const deadline = Date.now() + DRAIN_MS;
  let bytes = alreadyRead;
  try {
    while (bytes <= DRAIN_BYTES && Date.now() < deadline) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.byteLength;
    }
    await reader.cancel();
  } catch {
    // The sender went away first: there is nobody left to answer.
  }
}

function join(chunks: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(bytes);
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return joined;
}
