import { sniffBytes, sniffContentType } from "./content-type.ts";
import type { ImagePixels } from "./decode-image.ts";
import type { ImageDataLike } from "./encode-image-data.ts";
import { InvalidArgumentError } from "./errors.ts";
import { tooLarge, unreadable } from "./image-errors.ts";
import type { ClientConfig, RequestOptions } from "./options.ts";
import { maxBodyBytes } from "./read-bounded.ts";

/**
 * A picture as an app has it in hand: an encoded PNG, JPEG or WebP in any of these, or decoded pixels as ImageData.
 * A `URL` or a string is an http(s), `data:` or `blob:` address, fetched from where this code runs and without the API key.
 */
export type ImageInput =
  | Blob
  | ArrayBufferLike
  | ArrayBufferView
  | ReadableStream<Uint8Array>
  | URL
  | string
  | ImageDataLike;

/**
 * The image as a Blob that can be sent more than once, typed by its leading bytes, or by its own type where those say nothing.
 *
 * @throws {InvalidArgumentError} for anything that is not an image input, is empty or larger than 64 MiB
 */
export async function toImageBlob(
  config: ClientConfig,
  image: ImageInput,
  options: RequestOptions,
): Promise<Blob> {
  const blob = await collect(config, image, options);
  if (blob.size === 0)
    throw new InvalidArgumentError("the image is empty (0 bytes)", { code: "empty_image" });
  if (blob.size > maxBodyBytes) throw tooLarge();
  const head = await blob
    .slice(0, sniffBytes)
    .arrayBuffer()
    .catch((cause: unknown) => {
      throw unreadable("image", cause);
    });
  const type = sniffContentType(new Uint8Array(head)) ?? (blob.type || "application/octet-stream");
  return blob.type === type ? blob : blob.slice(0, blob.size, type);
}

async function collect(config: ClientConfig, image: ImageInput, options: RequestOptions): Promise<Blob> {
  // Tags rather than instanceof: the image may come from another frame or another copy of a class.
  switch (Object.prototype.toString.call(image).slice(8, -1)) {
    case "Blob":
    case "File":
      return image as Blob;
    case "ArrayBuffer":
    case "SharedArrayBuffer":
      return copyBytes(image as ArrayBufferLike);
    case "ReadableStream":
      // This and the two below are loaded when first needed: most apps hold a Blob.
      return (await import("./collect-stream.ts")).collectStream(
        config,
        image as ReadableStream<Uint8Array>,
        options,
      );
    case "URL":
    case "String":
      return (await import("./download-image.ts")).downloadImage(config, String(image), options);
  }
  if (ArrayBuffer.isView(image)) {
    return copyBytes(image.buffer, image.byteOffset, image.byteLength);
  }
  if (isImageData(image)) {
    const pixels = copyPixels(image);
    return (await import("./encode-image-data.ts")).encodeImageData(pixels);
  }
  throw new InvalidArgumentError(
    `the image is ${describe(image)}; give a Blob, File, ArrayBuffer, typed array, ReadableStream, URL or ImageData`,
    { code: "unsupported_image" },
  );
}

/** The bytes as they are now: what the caller does to the buffer later does not change a retry. */
function copyBytes(buffer: ArrayBufferLike, byteOffset = 0, byteLength = buffer.byteLength): Blob {
  if (byteLength > maxBodyBytes) throw tooLarge();
  // A detached buffer has no bytes either, and would not be viewed.
  if (byteLength === 0) return new Blob([]);
  // Copied once more because a Blob need not take shared memory.
  return new Blob([new Uint8Array(buffer, byteOffset, byteLength).slice()]);
}

/** The pixels as they are now: a camera's next frame may be drawn into the same buffer. */
export function copyPixels({ width, height, data }: ImageDataLike): ImagePixels {
  return { width, height, data: new Uint8ClampedArray(data) };
}

/** Whether this has the shape of decoded pixels. */
export function isImageData(value: unknown): value is ImageDataLike {
  return (
    typeof value === "object" && value !== null && "data" in value && "width" in value && "height" in value
  );
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return `an object of type ${value.constructor?.name ?? "Object"}`;
}
