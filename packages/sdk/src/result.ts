import { mediaType } from "./answer.ts";
import { type ImageContentType, isImageContentType, sniffContentType } from "./content-type.ts";
import { MalformedAnswerError } from "./errors.ts";
import type { SuccessAnswer } from "./request.ts";
import { parseServerTiming, type Timings } from "./server-timing.ts";

/** A translated image and how it came about. Complete: reading it cannot fail, and may be done more than once. */
export class TranslateResult {
  readonly contentType: ImageContentType;
  /** Id of the model that ran. */
  readonly model: string;
  /** Version of the model that ran. */
  readonly version: string;
  /** Undefined where the answer did not carry one. */
  readonly requestId: string | undefined;
  /** How far the input lies from what the model was trained on: about 1 inside, growing outside. */
  readonly domainScore: number | undefined;
  /** The server's own durations in milliseconds, by name. */
  readonly timings: Timings;
  readonly #image: Blob;

  /** @throws {MalformedAnswerError} where the answer is not a translated image */
  constructor(answer: SuccessAnswer) {
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
    if (sniffContentType(body) !== contentType)
      refuse(`with ${body.length} bytes that are not ${contentType}`);
    this.contentType = contentType;
    this.model = header("x-model");
    this.version = header("x-model-version");
    this.requestId = requestId;
    this.domainScore = parseScore(headers.get("x-domain-score"));
    this.timings = parseServerTiming(headers.get("server-timing"));
    this.#image = new Blob([body], { type: contentType });
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
}

function parseScore(value: string | null): number | undefined {
  const score = Number.parseFloat(value ?? "");
  return Number.isFinite(score) ? score : undefined;
}
