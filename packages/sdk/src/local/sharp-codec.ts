import type { ImagePixels } from "../decode-image.ts";
import { type ImageCodec, maxPixels } from "./codec.ts";
import { LocalModelError } from "./local-model-error.ts";
import { plainCodec } from "./plain-codec.ts";

type Sharp = typeof import("sharp")["default"];

/** Sharp where it is installed, else {@link plainCodec}. */
export async function nodeCodec(): Promise<ImageCodec> {
  try {
    const { default: sharp } = await import("sharp");
    return sharpCodec(sharp);
  } catch {
    return plainCodec;
  }
}

function sharpCodec(sharp: Sharp): ImageCodec {
  return {
    async decode(image) {
      try {
        const { data, info } = await sharp(await image.arrayBuffer(), { limitInputPixels: maxPixels })
          .rotate()
          .toColourspace("srgb")
          .ensureAlpha()
          .raw()
          .toBuffer({ resolveWithObject: true });
        return { data: new Uint8ClampedArray(data), width: info.width, height: info.height };
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new LocalModelError(
          `the ${image.size} bytes of ${image.type || "unknown type"} could not be decoded: ${reason}`,
          { code: "undecodable_image", cause },
        );
      }
    },
    async encode({ data, width, height }: ImagePixels, { format, quality }) {
      const raw = sharp(data, { raw: { width, height, channels: 4 } });
      const opaque = format === "jpeg" ? raw.flatten({ background: "white" }) : raw;
      // From this quality on the service's encoder keeps colour at full resolution too.
      const chromaSubsampling = quality >= 90 ? "4:4:4" : "4:2:0";
      const settings = { png: {}, webp: { quality }, jpeg: { quality, chromaSubsampling } };
      const bytes = await opaque.toFormat(format, settings[format]).toBuffer();
      return new Blob([new Uint8Array(bytes)], { type: `image/${format}` });
    },
  };
}
