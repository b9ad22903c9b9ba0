import { mediaType } from "./answer.ts";
import { type ImageContentType, isImageContentType, sniffContentType } from "./content-type.ts";
import type { DecodedImage } from "./decode-image.ts";
import { MalformedAnswerError } from "./errors.ts";
import type { ObjectUrl } from "./object-url.ts";
import type { SuccessAnswer } from "./request.ts";
import { parseServerTiming, type Timings } from "./server-timing.ts";

/** What a {@link TranslateResult} is made of. */
export interface Translation {
  readonly contentType: ImageContentType;
  readonly model: string;
  readonly version: string;
  readonly requestId: string | undefined;
  readonly domainScore: number | undefined;
  readonly timings: Timings;
  /** The encoded image, typed. */
  readonly image: Blob;
  /** The image's pixels where they are at hand. */
  readonly pixels?: DecodedImage;
}

/** A translated image and how it came about. Complete: reading it again and again sends nothing. */
export class TranslateResult {
  declare readonly contentType: ImageContentType;
  /** Id of the model that ran. */
  declare readonly model: string;
  /** Version of the model that ran. */
  declare readonly version: string;
  /** Undefined where the answer did not carry one, or the model ran on this device. */
  declare readonly requestId: string | undefined;
  /** How far the input lies from what the model was trained on: about 1 inside, growing outside. */
  declare readonly domainScore: number | undefined;
  /** The durations of whoever ran the model, in milliseconds, by name. */
  declare readonly timings: Timings;
  readonly #image: Blob;
  readonly #pixels: DecodedImage | undefined;

  constructor({ image, pixels, ...facts }: Translation) {
    Object.assign(this, facts);
    this.#image = image;
    this.#pixels = pixels;
  }

  /** The image, typed; what an object URL or a form wants. */
  async blob(): Promise<Blob> {
    return this.#image;
  }

  /** The encoded image; a fresh copy each time. */
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.#image.arrayBuffer());
  }

  /** The encoded image; a fresh copy each time. */
  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#image.arrayBuffer();
  }

  /** The encoded image; a fresh stream each time. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#image.stream();
  }

  /**
   * The image's pixels; a fresh copy each time.
   *
   * @throws {UnpairedError} `unsupported_platform` without createImageBitmap and OffscreenCanvas (Node, Workers)
   */
  async imageData(): Promise<DecodedImage> {
    if (this.#pixels) return structuredClone(this.#pixels);
    const { decodeImage } = await import("./decode-image.ts");
    return decodeImage(this.#image);
  }

  /**
   * An address for `<img src>`, which holds the image until it is revoked.
   *
   * @throws {UnpairedError} `unsupported_platform` where there are no object URLs (Workers)
   */
  async objectUrl(): Promise<ObjectUrl> {
    const { createObjectUrl } = await import("./object-url.ts");
    return createObjectUrl(this.#image);
  }
}

/** @throws {MalformedAnswerError} where the answer is not a translated image */
export function readTranslateResult(answer: SuccessAnswer): TranslateResult {
  const { source, headers, status, requestId, body } = answer;
  const refuse = (what: string) => {
    throw new MalformedAnswerError(`${source} answered ${status} ${what}`, { status, requestId });
  };
  const header = (name: string) =>
    headers.get(name) ??
    refuse(`without ${name}; in a browser the server must list it in access-control-expose-headers`);
  const contentType = mediaType(answer);
  if (!isImageContentType(contentType)) {
    throw refuse(
      `with ${contentType || "no content type"} instead of an image; check that baseUrl names an Unpaired API`,
    );
  }
  if (sniffContentType(body) !== contentType) refuse(`with ${body.length} bytes that are not ${contentType}`);
  return new TranslateResult({
    contentType,
    model: header("x-model"),
    version: header("x-model-version"),
    requestId,
    domainScore: parseScore(headers.get("x-domain-score")),
    timings: parseServerTiming(headers.get("server-timing")),
    image: new Blob([body], { type: contentType }),
  });
}

function parseScore(value: string | null): number | undefined {
  const score = Number.parseFloat(value ?? "");
  return Number.isFinite(score) ? score : undefined;
}
