import { RequestError } from "../problems/request-error.ts";
import { DRAIN_BYTES, drainBody } from "./drain-body.ts";

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
    if (reader && Number(declared) <= DRAIN_BYTES) await drainBody(reader);
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
      await drainBody(reader);
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

function join(chunks: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(bytes);
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return joined;
}
