import {
  domainScore,
  type FittedImage,
  fitImage,
  type ImageFit,
  type ImageFormat,
  type Manifest,
  type Region,
} from "@unpaired/core/contracts";
import { normalize, opacityOf, type Raster, toLuma, toRaster } from "@unpaired/core/images";
import { EngineError } from "@unpaired/engine";
import type { Codecs } from "../codecs/codecs.ts";
import { ImageError } from "../codecs/image-error.ts";
import type { ImageHeader } from "../codecs/image-header.ts";
import { readPngHeader } from "../codecs/png-header.ts";
import type { ShrinkImage } from "../codecs/shrink-image.ts";
import { RequestError } from "../problems/request-error.ts";
import type { Stopwatch } from "../requests/stopwatch.ts";
import { BusyError } from "./busy-error.ts";
import type { IsolateMemory } from "./isolate-memory.ts";
import { orient, storedRegion, swapsSides } from "./orient.ts";
import { scaleBack } from "./scale-back.ts";
import type { SessionCache } from "./session-cache.ts";
import type { Turnstile } from "./turnstile.ts";
import type { Uploads } from "./uploads.ts";

/** RGBA as floats, turned and not, RGB as floats and an opacity: what fitting makes of a pixel. */
const FITTED_BYTES_PER_PIXEL = 12 * Float32Array.BYTES_PER_ELEMENT;
const RASTER_BYTES_PER_PIXEL = 4;

/** One image to translate, already inspected. */
export interface Translation {
  readonly manifest: Manifest;
  /** The file; whoever brings it accounts for it, see `Uploads`. */
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
  /** Told as soon as {@link bytes} are needed no more, long before the answer; what is to come may need their room. */
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
  shrink,
}: {
  readonly codecs: Codecs;
  readonly sessions: SessionCache;
  readonly turnstile: Turnstile;
  readonly memory: IsolateMemory;
  /** Counts the files that are translated, too. */
  readonly uploads: Uploads;
  /** What makes an image smaller that does not fit into memory; such an image is refused without it. */
  readonly shrink?: ShrinkImage | undefined;
}): Translator {
  let workBytes = 0;
  memory.add({ heldBytes: () => workBytes, releaseOne: () => false });

  // What is decoded is still there while other requests' bodies arrive: it counts until the model has taken it in.
  function occupy(bytes: () => number): boolean {
    workBytes = 0;
    const fits = memory.makeRoom(bytes);
    if (fits) workBytes = bytes();
    return fits;
  }

  async function decode(translation: Translation, target: FittedImage): Promise<Float32Array> {
    const { bytes, header, release } = translation;
    const neededBytes = () => codecs.decodeBytes(header, bytes.length, target);
    if (!occupy(neededBytes)) return decodeShrunk(translation, target, neededBytes());
    const scaled = await codecs.decode(bytes, header, target);
    release?.();
    // What the codec grew by is its own from here on.
    workBytes = scaled.byteLength;
    return scaled;
  }

  async function decodeShrunk(
    { bytes, header, release }: Translation,
    target: FittedImage,
    neededBytes: number,
  ): Promise<Float32Array> {
    const waitingBytes = uploads.heldBytes() - bytes.length;
    const freeBytes = memory.limitBytes - memory.heldBytes();
    const fraction = (freeBytes + bytes.length + waitingBytes) / (bytes.length + neededBytes);
    if (!shrink) {
      throw fraction >= 1
        ? new BusyError(
            "Too many images wait for this service to decode one of this size; try again shortly.",
          )
        : tooLargeToDecode(header, fraction);
    }
    let shrunk: Uint8Array<ArrayBuffer>;
    let found: ImageHeader;
    try {
      shrunk = await shrink(bytes, header, target);
      found = readPngHeader(shrunk);
    } catch (cause) {
      console.error("An image could not be shrunk:", cause);
      throw tooLargeToDecode(header, fraction, cause);
    }
    release?.();
    const smaller = { ...target, region: scaledRegion(target.region, header, found) };
    if (!occupy(() => shrunk.length + codecs.decodeBytes(found, shrunk.length, smaller))) {
      throw tooLargeToDecode(header, fraction);
    }
    const scaled = await codecs.decode(shrunk, found, smaller);
    workBytes = scaled.byteLength;
    return scaled;
  }

  /** The picture as the model gets it; a function of its own, so that nothing of what it is made from is kept. */
  async function decodeFitted(translation: Translation, fitted: FittedImage, stopwatch: Stopwatch) {
    const { width, height } = fitted;
    const { orientation } = translation.header;
    const fittedBytes = () => width * height * FITTED_BYTES_PER_PIXEL;
    if (!memory.makeRoom(fittedBytes)) throw tooLargeForModel(width, height);
    const target = storedTarget(translation.header, fitted);
    const scaled = await stopwatch.measure("decode", () => decode(translation, target));
    return stopwatch.measure("fit", () => {
      // Fits, since it did; what the decoder keeps may have to go for it.
      occupy(fittedBytes);
      const rgba = orient(scaled, { width: target.width, height: target.height, channels: 4 }, orientation);
      return { rgb: normalize(rgba), opacity: opacityOf(rgba) };
    });
  }

  function encode(raster: Raster, { format, quality }: Translation): Promise<Uint8Array<ArrayBuffer>> {
    const pixels = raster.width * raster.height;
    const fits = memory.makeRoom(() => pixels * RASTER_BYTES_PER_PIXEL + codecs.encodeBytes(format, pixels));
    if (!fits) throw tooLargeToEncode(raster, format);
    return codecs.encode(raster, format, quality);
  }

  async function translateAlone(translation: Translation, stopwatch: Stopwatch): Promise<Translated> {
    const { manifest } = translation;
    const fitted = fittedTo(translation);
    const { width, height } = fitted;
    const { rgb, opacity } = await decodeFitted(translation, fitted, stopwatch);
    const score = domainScore(rgb, manifest.domainStatistics);
    assertInDomain(score, translation);
    workBytes = 0;
    const { channels } = manifest.input;
    const output = await stopwatch.measure("infer", () =>
      sessions.use(manifest, (model) =>
        model
          .run({ data: channels === 1 ? toLuma(rgb) : rgb, width, height, channels })
          .catch((error: unknown) => {
            const isTooLarge = error instanceof EngineError && error.code === "memory_budget_exceeded";
            throw isTooLarge ? tooLargeForModel(width, height, error) : error;
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

/** The region and the sides that an upright picture is fitted to, as they lie in the file. */
function storedTarget(header: ImageHeader, { region, width, height }: FittedImage): FittedImage {
  const { orientation } = header;
  const sides = swapsSides(orientation) ? { width: height, height: width } : { width, height };
  // Turning the few pixels that are left is cheaper than turning all of them.
  return { region: storedRegion(region, header, orientation), ...sides };
}

/** A region of a picture in the pixels of a smaller one. */
function scaledRegion(
  { left, top, width, height }: Region,
  from: Pick<ImageHeader, "width" | "height">,
  to: Pick<ImageHeader, "width" | "height">,
): Region {
  const [across, down] = [to.width / from.width, to.height / from.height];
  return { left: left * across, top: top * down, width: width * across, height: height * down };
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

function tooLargeForModel(width: number, height: number, cause?: unknown): RequestError {
  return new RequestError(
    "invalid_parameter",
    `The model needs too much memory for ${width}×${height} pixels; ask for a smaller "size".`,
    { cause },
  );
}

/** @param fraction of the picture that would have fitted */
function tooLargeToDecode(
  { format, width, height }: ImageHeader,
  fraction: number,
  cause?: unknown,
): ImageError {
  const megapixels = Math.floor((Math.max(0, fraction) * width * height) / 1e5) / 10;
  const kind = format === "jpeg" ? "progressive JPEG" : format.toUpperCase();
  return new ImageError(
    "image_too_large",
    `The image is a ${kind} of ${width}×${height} pixels, and of its kind this service can decode about ${megapixels} megapixels; send it smaller, or as a PNG or a JPEG that is not progressive.`,
    cause,
  );
}

function tooLargeToEncode({ width, height }: Raster, format: ImageFormat): RequestError {
  return new RequestError(
    "invalid_parameter",
    `The result is ${width}×${height} pixels, more than this service encodes as ${format.toUpperCase()}; leave out "keep-size" or ask for a smaller "size".`,
  );
}
