import type { ImageFormat } from "@unpaired/core/contracts";
import type { ImageHeader } from "./image-header.ts";

/** Memory a new instance of a codec begins with: most bring 16 MiB and a stack along. */
const INSTANCE_BYTES: Readonly<Record<ImageFormat, number>> = {
  png: 1_200_000,
  jpeg: 17_000_000,
  webp: 16_800_000,
};
/** Working memory per pixel of the encoders: the pixels, coefficients and what is searched among. */
const ENCODER_BYTES_PER_PIXEL: Readonly<Record<ImageFormat, number>> = { png: 19, jpeg: 30, webp: 21 };

/** Memory of the WebAssembly instance that decodes a file, in bytes; measured, with a tenth to spare. */
export function decoderBytes(
  { format, width, height, decoderBytesPerPixel }: ImageHeader,
  fileBytes: number,
): number {
  return Math.max(INSTANCE_BYTES[format], 1.1 * (fileBytes + width * height * decoderBytesPerPixel));
}

/** Memory of the WebAssembly instance that encodes so many pixels, in bytes; measured. */
export function encoderBytes(format: ImageFormat, pixels: number): number {
  return Math.max(INSTANCE_BYTES[format], pixels * ENCODER_BYTES_PER_PIXEL[format]);
}
