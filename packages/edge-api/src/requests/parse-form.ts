import { RequestError } from "../problems/request-error.ts";

/** A request's media type, lower case and without parameters; empty where it names none. */
export function mediaTypeOf(contentType: string): string {
  return contentType.split(";", 1)[0]!.trim().toLowerCase();
}

/**
 * Takes a multipart body apart.
 *
 * @param contentType with the boundary
 * @throws RequestError `invalid_request`
 */
export async function parseForm(body: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData> {
  try {
    return await new Response(body, { headers: { "content-type": contentType } }).formData();
  } catch (cause) {
    throw new RequestError("invalid_request", "The multipart body cannot be parsed; check its boundary.", {
      cause,
    });
  }
}
