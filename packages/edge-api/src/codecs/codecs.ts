import webpDecoderFactory from "@jsquash/webp/codec/dec/webp_dec.js";
import webpEncoderFactory from "@jsquash/webp/codec/enc/webp_enc_simd.js";
import { defaultOptions as webpDefaults } from "@jsquash/webp/meta.js";
import type { FittedImage, ImageFormat } from "@unpaired/core/contracts";
import { createResampler, type Raster, resample } from "@unpaired/core/images";
import type { MemoryHolder } from "../inference/isolate-memory.ts";
import { decodedBytes, decoderBytes, encoderBytes } from "./codec-memory.ts";
import type { CodecModules } from "./codec-modules.ts";
import { instantiateEmscripten } from "./emscripten.ts";
import { ImageError } from "./image-error.ts";
import type { ImageHeader } from "./image-header.ts";
import { instantiateJpegDecoder } from "./jpeg-decoder.ts";
import { decodedEighths } from "./jpeg-eighths.ts";
import { encodeJpeg } from "./jpeg-encoder/encode-jpeg.ts";
import { decodePng } from "./png-decoder.ts";
import { instantiatePngEncoder } from "./png-encoder.ts";
import { keepWarm } from "./warm-instance.ts";

/** RGBA as floats: what a scaled pixel takes. */
const SCALED_BYTES_PER_PIXEL = 4 * Float32Array.BYTES_PER_ELEMENT;

interface WebpDecoder {
  decode(bytes: Uint8Array): Raster | null;
}

interface Encoder {
  encode(data: Uint8ClampedArray, width: number, height: number, options: object): Uint8Array | null;
}

/** Reads and writes the three formats; as a memory holder it is its idle instances. */
export interface Codecs extends MemoryHolder {
  /**
   * Decodes a file {@link inspectImage} has passed and scales a region of it, without ever holding more of the picture
   * than its format asks for. The orientation is not applied.
   *
   * @param target region and sides as stored
   * @returns interleaved RGBA, height × width × 4, in 0–255, colours laid over white
   * @throws ImageError `undecodable_image`
   */
  decode(bytes: Uint8Array<ArrayBuffer>, header: ImageHeader, target: FittedImage): Promise<Float32Array>;
  /** @param quality 1–100, for JPEG and WebP */
  encode(raster: Raster, format: ImageFormat, quality: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Bytes {@link decode} takes beside the file and what is held already, its result included. */
  decodeBytes(header: ImageHeader, fileBytes: number, target: FittedImage): number;
  /** Bytes {@link encode} takes beside the raster and what is held already. */
  encodeBytes(format: ImageFormat, pixels: number): number;
}

/** Codecs over compiled modules, at most one instance of each kept warm. */
export function createCodecs(modules: CodecModules): Codecs {
  const jpegDecoder = keepWarm(() => instantiateJpegDecoder(modules.jpegDecoder));
  const webpDecoder = keepWarm(() =>
    instantiateEmscripten<WebpDecoder>(webpDecoderFactory, modules.webpDecoder),
  );
  const webpEncoder = keepWarm(() => instantiateEmscripten<Encoder>(webpEncoderFactory, modules.webpEncoder));
  const pngEncoder = keepWarm(() => instantiatePngEncoder(modules.pngEncoder));

  const decoderIdleBytes: Readonly<Record<ImageFormat, () => number>> = {
    png: () => 0,
    jpeg: jpegDecoder.idleBytes,
    webp: webpDecoder.idleBytes,
  };
  const encoderIdleBytes: Readonly<Record<ImageFormat, () => number>> = {
    png: pngEncoder.idleBytes,
    jpeg: () => 0,
    webp: webpEncoder.idleBytes,
  };
  const instances = [webpEncoder, webpDecoder, jpegDecoder, pngEncoder];

  type Decode = (
    bytes: Uint8Array<ArrayBuffer>,
    header: ImageHeader,
    target: FittedImage,
  ) => Promise<Float32Array>;
  const decoders: Readonly<Record<ImageFormat, Decode>> = {
    async png(bytes, header, { region, width, height }) {
      const resampler = createResampler(header, width, height, region);
      await decodePng(bytes, resampler.addRow);
      return resampler.result;
    },
    jpeg(bytes, header, target) {
      const eighths = decodedEighths(header, target);
      const { left, top, width, height } = target.region;
      const [across, down] = [(left * eighths) / 8, (top * eighths) / 8];
      const region = {
        left: across,
        top: down,
        width: (width * eighths) / 8,
        height: (height * eighths) / 8,
      };
      return jpegDecoder.use((decoder) =>
        decoder.decode(bytes, header, eighths, (raster) =>
          resample(raster, target.width, target.height, region),
        ),
      );
    },
    async webp(bytes, header, { region, width, height }) {
      const raster = await webpDecoder.use((decoder) => decoder.decode(bytes));
      // A header that lied about the size has already fooled the pixel limit.
      if (raster?.width !== header.width || raster.height !== header.height) throw undecodable(header);
      // A codec holds on to the last picture it gave; this leaves it an empty one.
      const data = new Uint8ClampedArray(raster.data.buffer.transfer());
      return resample({ data, width: header.width, height: header.height }, width, height, region);
    },
  };

  return {
    async decode(bytes, header, target) {
      try {
        return await decoders[header.format](bytes, header, target);
      } catch (cause) {
        throw cause instanceof ImageError ? cause : undecodable(header, cause);
      }
    },
    async encode(raster, format, quality) {
      const { data, width, height } = raster;
      if (format === "png") return pngEncoder.use((encoder) => encoder.encode(raster));
      if (format === "jpeg") return encodeJpeg(raster, quality);
      const options = { ...webpDefaults, quality };
      const encoded = await webpEncoder.use((encoder) => encoder.encode(data, width, height, options));
      if (!encoded) throw new Error(`the ${format} codec could not encode ${width}×${height} pixels`);
      return new Uint8Array(encoded);
    },
    decodeBytes(header, fileBytes, target) {
      const growth = decoderBytes(header, fileBytes, target) - decoderIdleBytes[header.format]();
      const scaledBytes = target.width * target.height * SCALED_BYTES_PER_PIXEL;
      return Math.max(0, growth) + decodedBytes(header) + scaledBytes;
    },
    encodeBytes: (format, pixels) => Math.max(0, encoderBytes(format, pixels) - encoderIdleBytes[format]()),
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
