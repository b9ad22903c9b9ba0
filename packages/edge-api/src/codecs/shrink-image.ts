import type { FittedImage } from "@unpaired/core/contracts";
import type { ImageHeader } from "./image-header.ts";
import { MOST_PIXELS, OVERSAMPLING } from "./jpeg-eighths.ts";

/** The part of Cloudflare's Images binding that is used here. */
export interface ImagesBinding {
  input(stream: ReadableStream<Uint8Array>): ImagesTransformer;
}

interface ImagesTransformer {
  transform(options: { width: number; height: number; fit: "squeeze" }): ImagesTransformer;
  output(options: { format: "image/png" }): Promise<{ response(): Response }>;
}

/**
 * Makes a smaller PNG of a picture that does not fit this service's memory; pixels stay as they are stored, the
 * orientation included.
 *
 * @param target region and sides as stored
 * @throws Error when it cannot be done
 */
export type ShrinkImage = (
  bytes: Uint8Array<ArrayBuffer>,
  header: ImageHeader,
  target: FittedImage,
) => Promise<Uint8Array<ArrayBuffer>>;

/** Shrinks pictures with Cloudflare Images, which charges for each. */
export function shrinkWith(images: ImagesBinding): ShrinkImage {
  return async (bytes, header, target) => {
    // Cloudflare turns a picture as this says, here it is turned once it is fitted.
    if (header.orientationOffset !== undefined) bytes[header.orientationOffset] = 1;
    const output = await images
      .input(new Blob([bytes]).stream())
      .transform({ ...shrunkSize(header, target), fit: "squeeze" })
      .output({ format: "image/png" });
    return new Uint8Array(await output.response().arrayBuffer());
  };
}

/** The sides a picture is shrunk to: twice what is wanted of it, or less where that is much. */
function shrunkSize(
  { width, height }: { readonly width: number; readonly height: number },
  { region, ...wanted }: FittedImage,
): { width: number; height: number } {
  const least = Math.max(wanted.width / region.width, wanted.height / region.height);
  const most = Math.sqrt(MOST_PIXELS / (width * height));
  const scale = Math.min(1, Math.max(least, Math.min(OVERSAMPLING * least, most)));
  return { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
}
