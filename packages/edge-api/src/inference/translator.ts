import { domainScore, fittedSize, type ImageFormat, type Manifest } from "@unpaired/core/contracts";
import { EngineError } from "@unpaired/engine";
import type { Codecs } from "../codecs/codecs.ts";
import type { ImageHeader } from "../codecs/image-header.ts";
import { RequestError } from "../problems/request-error.ts";
import type { Stopwatch } from "../requests/stopwatch.ts";
import { normalize, opacityOf, toLuma, toRaster } from "./image-tensor.ts";
import { orient, swapsSides } from "./orient.ts";
import { resample } from "./resample.ts";
import type { SessionCache } from "./session-cache.ts";
import type { Turnstile } from "./turnstile.ts";

/** One image to translate, already inspected. */
export interface Translation {
  readonly manifest: Manifest;
  readonly bytes: Uint8Array;
  readonly header: ImageHeader;
  readonly format: ImageFormat;
  /** 1–100. */
  readonly quality: number;
  /** Side in pixels to fit to; the model's own when absent. */
  readonly size: number | undefined;
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

/** One image is in memory at a time, from decoding to encoding: memory, not time, is what an isolate runs out of. */
export function createTranslator({
  codecs,
  sessions,
  turnstile,
}: {
  readonly codecs: Codecs;
  readonly sessions: SessionCache;
  readonly turnstile: Turnstile;
}): Translator {
  return ({ manifest, bytes, header, format, quality, size }, stopwatch) =>
    sessions.use(manifest, (session) =>
      turnstile.pass(async () => {
        const decoded = await stopwatch.measure("decode", () => codecs.decode(bytes, header));
        const { width, height, rgb, opacity } = await stopwatch.measure("fit", () =>
          fit(decoded, header.orientation, {
            size: size ?? manifest.input.sizePixels,
            multipleOf: manifest.input.multipleOf,
          }),
        );
        const { channels } = manifest.input;
        const output = await stopwatch.measure("infer", () =>
          session
            .run({ data: channels === 1 ? toLuma(rgb) : rgb, width, height, channels })
            .catch((error: unknown) => {
              throw tooLargeForModel(error, width, height) ?? error;
            }),
        );
        const image = await stopwatch.measure("encode", () =>
          codecs.encode(toRaster(output, opacity), format, quality),
        );
        const score = domainScore(rgb, manifest.domainStatistics);
        return { image, width: output.width, height: output.height, domainScore: score };
      }),
    );
}

function fit(
  decoded: Parameters<typeof resample>[0],
  orientation: number,
  target: Parameters<typeof fittedSize>[1],
): { width: number; height: number; rgb: Float32Array; opacity: Float32Array | undefined } {
  const swaps = swapsSides(orientation);
  const shown = swaps
    ? { width: decoded.height, height: decoded.width }
    : { width: decoded.width, height: decoded.height };
  const { width, height } = fittedSize(shown, target);
  const stored = swaps ? { width: height, height: width } : { width, height };
  // Turning the few pixels that are left is cheaper than turning all of them.
  const scaled = resample(decoded, stored.width, stored.height);
  const rgba = orient(scaled, { ...stored, channels: 4 }, orientation);
  return { width, height, rgb: normalize(rgba), opacity: opacityOf(rgba) };
}

function tooLargeForModel(error: unknown, width: number, height: number): RequestError | undefined {
  if (!(error instanceof EngineError) || error.code !== "memory_budget_exceeded") return undefined;
  return new RequestError(
    "invalid_parameter",
    `The model needs too much memory for ${width}×${height} pixels; ask for a smaller "size".`,
    { cause: error },
  );
}
