import type { FittedImage, ImageFormat } from "@unpaired/core/contracts";
import type { ImageHeader } from "./image-header.ts";
import { scaledSide } from "./jpeg-decoder.ts";
import { decodedEighths } from "./jpeg-eighths.ts";

/** Memory a new instance of a codec begins with: most bring 16 MiB and a stack along. */
const WEBP_DECODER_BYTES = 16_800_000;
const ENCODER_BYTES: Readonly<Record<ImageFormat, number>> = {
  png: 1_200_000,
  jpeg: 500_000,
  webp: 16_800_000,
};
/** Working memory per pixel of the encoders: the pixels or coefficients, what is searched among, and the file as it grows. */
const ENCODER_BYTES_PER_PIXEL: Readonly<Record<ImageFormat, number>> = { png: 19, jpeg: 14, webp: 21 };
const RGBA_BYTES = 4;

/** Memory of the WebAssembly instance that decodes a file, in bytes; measured, with a little to spare. */
export function decoderBytes(header: ImageHeader, fileBytes: number, target: FittedImage): number {
  const { format, width, height, workingBytes } = header;
  switch (format) {
    case "png":
      return 0;
    case "jpeg": {
      const eighths = decodedEighths(header, target);
      const pixels = scaledSide(width, eighths) * scaledSide(height, eighths);
      return 1.02 * (fileBytes + workingBytes + pixels * RGBA_BYTES);
    }
    case "webp":
      return Math.max(WEBP_DECODER_BYTES, 1.1 * (fileBytes + workingBytes));
  }
}

/** Bytes that decoding a file takes in JavaScript's own memory beside the file and the scaled picture. */
export function decodedBytes({ format, width, height, workingBytes }: ImageHeader): number {
  if (format === "png") return workingBytes;
  return format === "webp" ? width * height * RGBA_BYTES : 0;
}

/** Memory that encoding so many pixels takes, in bytes; measured. */
export function encoderBytes(format: ImageFormat, pixels: number): number {
  return Math.max(ENCODER_BYTES[format], pixels * ENCODER_BYTES_PER_PIXEL[format]);
}
