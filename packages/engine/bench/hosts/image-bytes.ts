import type { ImageTensor } from "../../src/session-types.ts";

/** An image as bytes for a pipe or a response: width, height, channels as int32, then the float32 values. */
export function encodeImage({ data, width, height, channels }: ImageTensor): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12 + data.byteLength);
  new Int32Array(bytes.buffer, 0, 3).set([width, height, channels]);
  new Float32Array(bytes.buffer, 12).set(data);
  return bytes;
}

/** Reads what {@link encodeImage} wrote. */
export function decodeImage(bytes: Uint8Array): ImageTensor {
  const own = Uint8Array.from(bytes).buffer;
  const [width, height, channels] = new Int32Array(own, 0, 3);
  return { data: new Float32Array(own, 12), width: width!, height: height!, channels: channels! };
}
