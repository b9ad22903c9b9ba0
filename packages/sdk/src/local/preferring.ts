import type { Unpaired } from "../client.ts";
import { UnpairedError } from "../errors.ts";
import type { ImageInput } from "../image-body.ts";
import type { TranslateResult } from "../result.ts";
import type { TranslateOptions } from "../translate.ts";
import type { LocalModel } from "./local-model.ts";
import { LocalModelError } from "./local-model-error.ts";

/** Where a model runs. */
export type Place = "local" | "edge";

/** Where to run, and what to ask for: what both places can do. */
export interface PreferringOptions
  extends Omit<TranslateOptions, "model" | "version" | "fit" | "keepSize" | "rejectAbove"> {
  /** `fastest` by default: both are tried once, then the one that was faster; the other is measured again now and then. */
  readonly prefer?: Place | "fastest" | undefined;
}

/** How the two places have done. */
export interface PreferringTranslator {
  /**
   * Translates where it is preferred, and in the other place where that one fails for reasons of its own.
   *
   * @throws what the preferred place threw, where the other one fails too or would fail alike
   */
  translate(image: ImageInput, options?: PreferringOptions): Promise<TranslateResult>;
  /** Usual milliseconds per image in each place, as measured so far. */
  readonly measuredMs: Readonly<Partial<Record<Place, number>>>;
}

/** The slower place is measured again at every so many images. */
const measuredEvery = 32;
/** Weight of the newest duration in the usual one. */
const newestShare = 0.3;

/** Joins the service and the same model on this device into one, which decides by what it measures. */
export function preferring(
  client: Unpaired,
  model: LocalModel,
  { nowMs = () => performance.now() }: { readonly nowMs?: () => number } = {},
): PreferringTranslator {
  const measuredMs: Partial<Record<Place, number>> = {};
  let decided = 0;

  const faster = (): Place => {
    const { local, edge } = measuredMs;
    if (local === undefined) return "local";
    if (edge === undefined) return "edge";
    const fast = local <= edge ? "local" : "edge";
    return ++decided % measuredEvery === 0 ? other(fast) : fast;
  };
  const run = async (place: Place, image: ImageInput, options: Omit<PreferringOptions, "prefer">) => {
    const startMs = nowMs();
    const { id, version } = model.manifest;
    const result = await (place === "local"
      ? model.translate(image, options)
      : client.translate(image, { ...options, model: id, version }));
    const tookMs = nowMs() - startMs;
    const usualMs = measuredMs[place];
    // What failed before begins anew.
    measuredMs[place] =
      usualMs !== undefined && Number.isFinite(usualMs) ? usualMs + newestShare * (tookMs - usualMs) : tookMs;
    return result;
  };

  return {
    measuredMs,
    async translate(image, { prefer = "fastest", ...options } = {}) {
      // A stream can be read only once, and two places may want it.
      const kept = image instanceof ReadableStream ? image.tee() : [image, image];
      const place = prefer === "fastest" ? faster() : prefer;
      try {
        return await run(place, kept[0]!, options);
      } catch (error) {
        if (!isOfThePlace(error)) throw error;
        // A place that failed is no longer known to be fast.
        measuredMs[place] = Number.POSITIVE_INFINITY;
        return run(other(place), kept[1]!, options).catch(() => {
          throw error;
        });
      }
    },
  };
}

function other(place: Place): Place {
  return place === "local" ? "edge" : "local";
}

/** Whether the other place may do better: no network, a busy server, too little memory, no codec. */
function isOfThePlace(error: unknown): boolean {
  return UnpairedError.isInstance(error) && (error.isRetryable || LocalModelError.isInstance(error));
}
