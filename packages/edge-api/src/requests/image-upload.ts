import type { Upload } from "../inference/uploads.ts";
import { RequestError } from "../problems/request-error.ts";
import { mediaTypeOf, parseForm } from "./parse-form.ts";
import { readBody } from "./read-body.ts";

const imageTypes = new Set(["image/png", "image/jpeg", "image/webp"]);
/** Room for a form's boundaries and part headers around the image. */
const FORM_OVERHEAD_BYTES = 64 * 1024;

/**
 * The bytes of the one image a request carries, raw or as the `image` part of a form.
 *
 * @param upload accounts for them, from the first one
 * @throws RequestError `length_required`, `invalid_request`, `image_too_large` or `unsupported_image`
 */
export async function readImageUpload(
  request: Request,
  limitBytes: number,
  upload?: Pick<Upload, "hold">,
): Promise<Uint8Array<ArrayBuffer>> {
  const hold = (bytes: number) => upload?.hold(bytes);
  const contentType = request.headers.get("content-type") ?? "";
  const mediaType = mediaTypeOf(contentType);
  if (imageTypes.has(mediaType)) return readBody(request, limitBytes, { hold });
  if (mediaType === "multipart/form-data") {
    const body = await readBody(request, limitBytes + FORM_OVERHEAD_BYTES, {
      // The body, the part the parser makes of it, and the bytes read from that.
      hold: (bytes) => hold(3 * bytes),
    });
    const image = await readImagePart(body, contentType, limitBytes);
    hold(image.length);
    return image;
  }
  // "Nothing was sent" says more than "nothing was sent as the wrong type".
  if (request.body === null || request.headers.get("content-length") === "0") await readBody(request, 0);
  const given =
    mediaType === "" ? "No content type was given" : `Content type "${mediaType}" is not an image`;
  throw new RequestError(
    "unsupported_image",
    `${given}; send image/png, image/jpeg, image/webp, or multipart/form-data with an "image" part.`,
  );
}

async function readImagePart(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  limitBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const form = await parseForm(body, contentType);
  const parts = form.getAll("image");
  const [part] = parts;
  if (parts.length !== 1 || part === undefined || typeof part === "string") {
    throw new RequestError(
      "invalid_request",
      `The form has ${parts.length === 1 ? 'a text field called "image"' : `${parts.length} "image" parts`}; send exactly one file part called "image".`,
    );
  }
  if (part.size > limitBytes) {
    throw new RequestError(
      "image_too_large",
      `The image is ${part.size} bytes; send an image of at most ${limitBytes} bytes.`,
    );
  }
  if (part.size === 0) {
    throw new RequestError("invalid_request", 'The "image" part is empty; send the image\'s bytes in it.');
  }
  return new Uint8Array(await part.arrayBuffer());
}
