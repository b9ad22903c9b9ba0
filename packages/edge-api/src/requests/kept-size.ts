import type { ImageFormat, Region } from "@unpaired/core/contracts";
import { encoderBytes } from "../codecs/codec-memory.ts";
import { RequestError } from "../problems/request-error.ts";

/** Memory that encoding a result may take: what an isolate has when no model is loaded. */
const ENCODING_BYTES = 92_000_000;
const RASTER_BYTES_PER_PIXEL = 4;

/**
 * Refuses to scale back to a size whose encoding takes more memory than there is.
 *
 * @throws RequestError `invalid_parameter`
 */
export function assertKeepsSize({ width, height }: Region, format: ImageFormat): void {
  const pixels = width * height;
  if (fits(pixels, format)) return;
  const others = (["png", "jpeg", "webp"] as const).filter(
    (other) => other !== format && fits(pixels, other),
  );
  throw new RequestError(
    "invalid_parameter",
    `With "keep-size" the result would be a ${format.toUpperCase()} of ${width}×${height} pixels, more than this service encodes; ${others.length > 0 ? `ask for format=${others[0]}` : "send a smaller image"} or leave it out.`,
  );
}

function fits(pixels: number, format: ImageFormat): boolean {
  return encoderBytes(format, pixels) + pixels * RASTER_BYTES_PER_PIXEL <= ENCODING_BYTES;
}
