import jpegDecoderFactory from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import jpegEncoderFactory from "@jsquash/jpeg/codec/enc/mozjpeg_enc.js";
import { defaultOptions as jpegDefaults } from "@jsquash/jpeg/meta.js";
import webpDecoderFactory from "@jsquash/webp/codec/dec/webp_dec.js";
import webpEncoderFactory from "@jsquash/webp/codec/enc/webp_enc_simd.js";
import { defaultOptions as webpDefaults } from "@jsquash/webp/meta.js";
import type { ImageFormat } from "@unpaired/core/contracts";
import type { Raster } from "@unpaired/core/images";
import type { MemoryHolder } from "../inference/isolate-memory.ts";
import { decoderBytes, encoderBytes } from "./codec-memory.ts";
import type { CodecModules } from "./codec-modules.ts";
import { instantiateEmscripten } from "./emscripten.ts";
import { ImageError } from "./image-error.ts";
import type { ImageHeader } from "./image-header.ts";
import { instantiatePngCodec } from "./png-codec.ts";
import { defusePng } from "./png-pixels.ts";
import { keepWarm } from "./warm-instance.ts";

/** One pass over the picture: searching for progressive scans takes twice the time for 4 % fewer bytes. */
const jpegSettings = { ...jpegDefaults, progressive: false };

interface JpegDecoder {
  decode(bytes: Uint8Array, applyOrientation: boolean): Raster | null;
}

interface WebpDecoder {
  decode(bytes: Uint8Array): Raster | null;
}

interface Encoder {
  encode(data: Uint8ClampedArray, width: number, height: number, options: object): Uint8Array | null;
}

/** Reads and writes the three formats; as a memory holder it is its idle instances. */
export interface Codecs extends MemoryHolder {
  /**
   * Decodes a file {@link inspectImage} has passed; the orientation is not applied.
   *
   * @throws ImageError `undecodable_image`
   */
  decode(bytes: Uint8Array<ArrayBuffer>, header: ImageHeader): Promise<Raster>;
  /** @param quality 1–100, for JPEG and WebP */
  encode(raster: Raster, format: ImageFormat, quality: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Bytes {@link decode} takes beside what is held already: its instance's growth and the raster. */
  decodeBytes(header: ImageHeader, fileBytes: number): number;
  /** Bytes {@link encode} takes beside the raster and what is held already. */
  encodeBytes(format: ImageFormat, pixels: number): number;
}

/** Codecs over compiled modules, at most one instance of each kept warm. */
export function createCodecs(modules: CodecModules): Codecs {
  const jpegDecoder = keepWarm(() =>
    instantiateEmscripten<JpegDecoder>(jpegDecoderFactory, modules.jpegDecoder),
  );
  const jpegEncoder = keepWarm(() => instantiateEmscripten<Encoder>(jpegEncoderFactory, modules.jpegEncoder));
  const webpDecoder = keepWarm(() =>
    instantiateEmscripten<WebpDecoder>(webpDecoderFactory, modules.webpDecoder),
  );
  const webpEncoder = keepWarm(() => instantiateEmscripten<Encoder>(webpEncoderFactory, modules.webpEncoder));
  const png = keepWarm(() => instantiatePngCodec(modules.png));

  const decoderInstances = { png, jpeg: jpegDecoder, webp: webpDecoder } as const;
  const encoderInstances = { png, jpeg: jpegEncoder, webp: webpEncoder } as const;
  const instances = [webpEncoder, webpDecoder, jpegEncoder, jpegDecoder, png];

  type Decode = (bytes: Uint8Array<ArrayBuffer>) => Promise<Raster | null>;
  const decoders: Readonly<Record<ImageFormat, Decode>> = {
    async png(bytes) {
      const harmless = await defusePng(bytes);
      return png.use((codec) => codec.decode(harmless));
    },
    jpeg: (bytes) => jpegDecoder.use((codec) => codec.decode(bytes, false)),
    webp: (bytes) => webpDecoder.use((codec) => codec.decode(bytes)),
  };

  return {
    async decode(bytes, header) {
      let raster: Raster | null;
      try {
        raster = await decoders[header.format](bytes);
      } catch (cause) {
        if (cause instanceof ImageError) throw cause;
        throw undecodable(header, cause);
      }
      // A header that lied about the size has already fooled the pixel limit.
      if (raster?.width !== header.width || raster.height !== header.height) throw undecodable(header);
      // A codec holds on to the last picture it gave; this leaves it an empty one.
      const data = new Uint8ClampedArray(raster.data.buffer.transfer());
      return { data, width: header.width, height: header.height };
    },
    async encode(raster, format, quality) {
      const { data, width, height } = raster;
      if (format === "png") return png.use((codec) => codec.encode(raster));
      const encoded =
        format === "jpeg"
          ? await jpegEncoder.use((codec) => codec.encode(data, width, height, { ...jpegSettings, quality }))
          : await webpEncoder.use((codec) => codec.encode(data, width, height, { ...webpDefaults, quality }));
      if (!encoded) throw new Error(`the ${format} codec could not encode ${width}×${height} pixels`);
      return new Uint8Array(encoded);
    },
    decodeBytes(header, fileBytes) {
      const growth = decoderBytes(header, fileBytes) - decoderInstances[header.format].idleBytes();
      return Math.max(0, growth) + 4 * header.width * header.height;
    },
    encodeBytes: (format, pixels) =>
      Math.max(0, encoderBytes(format, pixels) - encoderInstances[format].idleBytes()),
    heldBytes: () => instances.reduce((sum, instance) => sum + instance.idleBytes(), 0),
    releaseOne: () => instances.some((instance) => instance.release()),
  };
}

function undecodable(header: ImageHeader, cause?: unknown): ImageError {
  return new ImageError(
    "undecodable_image",
    `The ${header.format.toUpperCase()} is damaged; save the picture anew and send that.`,
    cause,
  );
}
