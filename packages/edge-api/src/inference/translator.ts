import {
  domainScore,
  fitImage,
  type ImageFit,
  type ImageFormat,
  type Manifest,
  type Region,
} from "@unpaired/core/contracts";
import { normalize, opacityOf, type Raster, resample, toLuma, toRaster } from "@unpaired/core/images";
import { EngineError } from "@unpaired/engine";
import type { Codecs } from "../codecs/codecs.ts";
import type { ImageHeader } from "../codecs/image-header.ts";
import { RequestError } from "../problems/request-error.ts";
import type { Stopwatch } from "../requests/stopwatch.ts";
import { BusyError } from "./busy-error.ts";
import type { IsolateMemory } from "./isolate-memory.ts";
import { orient, storedRegion, swapsSides } from "./orient.ts";
import { scaleBack } from "./scale-back.ts";
import type { SessionCache } from "./session-cache.ts";
import type { Turnstile } from "./turnstile.ts";
import type { Uploads } from "./uploads.ts";

/** RGBA as floats, RGB as floats and an opacity: what fitting makes of a pixel. */
const FITTED_BYTES_PER_PIXEL = 8 * Float32Array.BYTES_PER_ELEMENT;
const RASTER_BYTES_PER_PIXEL = 4;
/** Uploads of this many bytes wait in what the isolate's base leaves over. */
const UNCOUNTED_UPLOAD_BYTES = 4_000_000;

/** One image to translate, already inspected. */
export interface Translation {
  readonly manifest: Manifest;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly header: ImageHeader;
  readonly format: ImageFormat;
  /** 1–100. */
  readonly quality: number;
  /** Side in pixels to fit to; the model's own when absent. */
  readonly size: number | undefined;
  readonly fit: ImageFit;
  /** Scales the result back to the size of what was translated. */
  readonly keepSize: boolean;
  /** Highest domain score that is translated; any when absent. */
  readonly rejectAbove: number | undefined;
  /** Told as soon as {@link bytes} are needed no more, long before the answer. */
  readonly release?: () => void;
  /** Of the caller: work that has not begun when it is aborted never does. */
  readonly signal?: AbortSignal | undefined;
}

/** A translated image, encoded. */
export interface Translated {
  readonly image: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly domainScore: number | undefined;
}

/** Takes an image from its file's bytes to the translated file's. */
export type Translator = (translation: Translation, stopwatch: Stopwatch) => Promise<Translated>;

/**
 * One image is in memory at a time, from decoding to encoding: memory, not time, is what an isolate runs out of. The
 * model need not be there while a large image is decoded, so that they share what memory there is.
 */
export function createTranslator({
  codecs,
  sessions,
  turnstile,
  memory,
  uploads,
}: {
  readonly codecs: Codecs;
  readonly sessions: SessionCache;
  readonly turnstile: Turnstile;
  readonly memory: IsolateMemory;
  /** Counts the files that are translated, too. */
  readonly uploads: Uploads;
}): Translator {
  let workBytes = 0;
  memory.add({ heldBytes: () => workBytes, releaseOne: () => false });

  // What is decoded is still there while other requests' bodies arrive: it counts until the model has taken it in.
  function occupy(bytes: () => number): boolean {
    workBytes = 0;
    const fits = memory.makeRoom(bytes);
    workBytes = bytes();
    return fits;
  }

  async function decode({ bytes, header, release }: Translation): Promise<Raster> {
    const fits = occupy(() => codecs.decodeBytes(header, bytes.length));
    // Alone, an image that passed the pixel limit is decoded whatever it takes.
    if (!fits && uploads.heldBytes() - bytes.length > UNCOUNTED_UPLOAD_BYTES) {
      throw new BusyError(
        "Too many images wait for this service to decode one of this size; try again shortly.",
      );
    }
    const decoded = await codecs.decode(bytes, header);
    release?.();
    // What the codec grew by is its own from here on.
    workBytes = decoded.width * decoded.height * RASTER_BYTES_PER_PIXEL;
    return decoded;
  }

  function encode(raster: Raster, { format, quality }: Translation): Promise<Uint8Array<ArrayBuffer>> {
    const pixels = raster.width * raster.height;
    memory.makeRoom(() => pixels * RASTER_BYTES_PER_PIXEL + codecs.encodeBytes(format, pixels));
    return codecs.encode(raster, format, quality);
  }

  async function translateAlone(translation: Translation, stopwatch: Stopwatch): Promise<Translated> {
    const { manifest, header } = translation;
    const fitted = fittedTo(translation);
    const { width, height } = fitted;
    const { rgb, opacity } = await stopwatch
      .measure("decode", () => decode(translation))
      .then((decoded) =>
        stopwatch.measure("fit", () => {
          const rasterBytes = decoded.width * decoded.height * RASTER_BYTES_PER_PIXEL;
          occupy(() => rasterBytes + width * height * FITTED_BYTES_PER_PIXEL);
          return fit(decoded, header.orientation, fitted);
        }),
      );
    const score = domainScore(rgb, manifest.domainStatistics);
    assertInDomain(score, translation);
    workBytes = 0;
    const { channels } = manifest.input;
    const output = await stopwatch.measure("infer", () =>
      sessions.use(manifest, (model) =>
        model
          .run({ data: channels === 1 ? toLuma(rgb) : rgb, width, height, channels })
          .catch((error: unknown) => {
            throw tooLargeForModel(error, width, height) ?? error;
          }),
      ),
    );
    const raster = await stopwatch.measure("fit", () => {
      const result = toRaster(output, opacity);
      return translation.keepSize ? scaleBack(result, fitted.region) : result;
    });
    const image = await stopwatch.measure("encode", () => encode(raster, translation));
    return { image, width: raster.width, height: raster.height, domainScore: score };
  }

  return (translation, stopwatch) =>
    turnstile.pass(
      () =>
        translateAlone(translation, stopwatch).finally(() => {
          workBytes = 0;
        }),
      translation.signal,
    );
}

/** The region of the upright image that is translated, and the size it is translated at. */
export function fittedTo({
  header,
  manifest: { input },
  size = input.sizePixels,
  fit,
}: Pick<Translation, "header" | "manifest" | "size" | "fit">): ReturnType<typeof fitImage> {
  const { width, height } = header;
  const shown = swapsSides(header.orientation) ? { width: height, height: width } : { width, height };
  return fitImage(shown, { size, multipleOf: input.multipleOf, fit });
}

function fit(
  decoded: Raster,
  orientation: number,
  { region, width, height }: { readonly region: Region; readonly width: number; readonly height: number },
): { rgb: Float32Array; opacity: Float32Array | undefined } {
  const stored = swapsSides(orientation) ? { width: height, height: width } : { width, height };
  // Turning the few pixels that are left is cheaper than turning all of them.
  const source = storedRegion(region, decoded, orientation);
  const scaled = resample(decoded, stored.width, stored.height, source);
  const rgba = orient(scaled, { ...stored, channels: 4 }, orientation);
  return { rgb: normalize(rgba), opacity: opacityOf(rgba) };
}

/**
 * Refuses an image that lies further from the model's domain than its caller allows.
 *
 * @throws RequestError `out_of_domain`
 */
export function assertInDomain(
  score: number | undefined,
  { rejectAbove, manifest }: Pick<Translation, "rejectAbove" | "manifest">,
): void {
  if (rejectAbove === undefined || score === undefined || score <= rejectAbove) return;
  throw new RequestError(
    "out_of_domain",
    `The image's domain score is ${score.toFixed(3)}, above the ${rejectAbove} of "reject-above"; ${manifest.id} was trained on images of ${manifest.domains.from}, send one of those.`,
    {
      headers: {
        "x-model": manifest.id,
        "x-model-version": manifest.version,
        "x-domain-score": score.toFixed(3),
      },
    },
  );
}

function tooLargeForModel(error: unknown, width: number, height: number): RequestError | undefined {
  if (!(error instanceof EngineError) || error.code !== "memory_budget_exceeded") return undefined;
  return new RequestError(
    "invalid_parameter",
    `The model needs too much memory for ${width}×${height} pixels; ask for a smaller "size".`,
    { cause: error },
  );
}
