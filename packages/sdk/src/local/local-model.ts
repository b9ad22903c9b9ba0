/// <reference lib="esnext.disposable" preserve="true" />
import { domainScore, type ImageFormat, type Manifest } from "@unpaired/core/contracts";
import type { Arithmetic, EngineBuild, Session } from "@unpaired/engine";
import type { ImageContentType } from "../content-type.ts";
import { maxTimeoutMs, withDeadline } from "../deadline.ts";
import type { DecodedImage, ImagePixels } from "../decode-image.ts";
import { InvalidArgumentError } from "../errors.ts";
import { copyPixels, type ImageInput, isImageData, toImageBlob } from "../image-body.ts";
import { type ClientConfig, checkTimeoutMs, type RequestOptions } from "../options.ts";
import { TranslateResult } from "../result.ts";
import { type ImageCodec, maxPixels } from "./codec.ts";
import { fromEngine } from "./local-model-error.ts";
import { fitImage, toPixels, toTensor } from "./tensor.ts";

/** How to encode what a local model makes, and at which size to run it. */
export interface LocalTranslateOptions extends RequestOptions {
  /** The input's own by default, PNG for pixels. */
  readonly format?: ImageFormat | undefined;
  /** Encoder quality for JPEG and WebP, 1–100; 90 by default. */
  readonly quality?: number | undefined;
  /** Side in pixels of the square the input is fitted to, 16–1024; the model's own size by default. */
  readonly size?: number | undefined;
}

/** What a {@link LocalModel} works with. */
export interface LocalModelParts {
  readonly manifest: Manifest;
  readonly session: Session;
  readonly codec: ImageCodec;
  readonly config: ClientConfig;
  /** A clock for durations. */
  readonly nowMs: () => number;
}

/** A published model that runs on this device. */
export class LocalModel {
  readonly manifest: Manifest;
  readonly #parts: LocalModelParts;

  constructor(parts: LocalModelParts) {
    this.manifest = parts.manifest;
    this.#parts = parts;
  }

  /** Which build of the engine runs. */
  get build(): EngineBuild {
    return this.#parts.session.build;
  }

  /** How convolutions are computed. */
  get arithmetic(): Arithmetic {
    return this.#parts.session.arithmetic;
  }

  /** Bytes of WebAssembly memory held; 0 after `dispose`. */
  get memoryBytes(): number {
    return this.#parts.session.memoryBytes;
  }

  /**
   * Translates one image here; the result is of the kind the service gives. Images run one after the other.
   *
   * @throws {InvalidArgumentError} for anything that is not an image input, and options out of range
   * @throws {LocalModelError | AbortedError | TimeoutError}
   */
  async translate(image: ImageInput, options: LocalTranslateOptions = {}): Promise<TranslateResult> {
    const { quality = 90, size = this.manifest.input.sizePixels, timeoutMs = maxTimeoutMs } = options;
    checkRange("quality", quality, { least: 1, most: 100 });
    if (options.size !== undefined) checkRange("size", size, { least: 16, most: 1024 });
    return withDeadline((signal) => this.#run(image, { ...options, quality, size, signal }), {
      timeoutMs: checkTimeoutMs(timeoutMs),
      signal: options.signal,
      source: `translating with ${this.manifest.id} on this device`,
    });
  }

  /** Frees the engine's memory; translations that have not begun fail with `session_disposed`. */
  dispose(): void {
    this.#parts.session.dispose();
  }

  /** The same as `dispose`, at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  async #run(
    image: ImageInput,
    options: LocalTranslateOptions & { quality: number; size: number; signal: AbortSignal },
  ): Promise<TranslateResult> {
    const { session, codec, nowMs } = this.#parts;
    const { id, version, input, domainStatistics } = this.manifest;
    const { quality, size, signal } = options;
    const timings: Record<string, number> = {};
    const measure = async <T>(name: string, work: () => Promise<T> | T): Promise<T> => {
      signal.throwIfAborted();
      const startMs = nowMs();
      const value = await work();
      timings[name] = nowMs() - startMs;
      return value;
    };

    const decoded = await measure("decode", () => this.#decode(image, options));
    const fitted = await measure("fit", () =>
      fitImage(decoded.pixels, { size, multipleOf: input.multipleOf }),
    );
    const output = await measure("infer", () =>
      session.run(toTensor(fitted, input.channels)).catch((error: unknown) => {
        throw fromEngine(error);
      }),
    );
    const pixels = toPixels(output, fitted.opacity);
    const contentType = options.format ? (`image/${options.format}` as const) : decoded.type;
    const format = contentType.slice("image/".length) as ImageFormat;
    const encoded = await measure("encode", () => codec.encode(pixels, { format, quality }));
    return new TranslateResult({
      contentType,
      model: id,
      version,
      requestId: undefined,
      domainScore: domainScore(fitted.rgb, domainStatistics),
      timings,
      image: encoded,
      pixels: asImageData(pixels),
    });
  }

  async #decode(
    image: ImageInput,
    options: RequestOptions,
  ): Promise<{ readonly pixels: ImagePixels; readonly type: ImageContentType }> {
    const { codec, config } = this.#parts;
    const isDecoded = isImageData(image) && !ArrayBuffer.isView(image);
    if (isDecoded) {
      return { pixels: checkPixels(copyPixels(image)), type: "image/png" };
    }
    const blob = await toImageBlob(config, image, options);
    const type = /^image\/(?:png|jpeg|webp)$/.test(blob.type) ? (blob.type as ImageContentType) : "image/png";
    return { pixels: checkPixels(await codec.decode(blob)), type };
  }
}

function checkPixels(pixels: ImagePixels): ImagePixels {
  const { width, height, data } = pixels;
  const isWhole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (isWhole && width * height <= maxPixels && data.length === width * height * 4) return pixels;
  throw new InvalidArgumentError(
    `the image is ${width} × ${height} pixels in ${data.length} values; give whole RGBA rows of at most ${maxPixels} pixels`,
    { code: "unsupported_image" },
  );
}

function checkRange(name: string, value: number, { least, most }: { least: number; most: number }): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new InvalidArgumentError(`${name} is ${value}; give a whole number from ${least} to ${most}`);
}

/** The platform's ImageData where it has one, so that a canvas takes it. */
function asImageData({ data, width, height }: ImagePixels): DecodedImage {
  const { ImageData } = globalThis as {
    ImageData?: new (data: Uint8ClampedArray, width: number, height: number) => DecodedImage;
  };
  return ImageData ? new ImageData(data, width, height) : ({ data, width, height } as DecodedImage);
}
