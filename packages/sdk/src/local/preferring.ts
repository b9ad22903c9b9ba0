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
  /** `fastest` by default: both are tried twice, then the one that was faster; the other is measured again now and then. */
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
  /** Usual milliseconds per image in each place: the median of the last five; infinite after a failure. */
  readonly measuredMs: Readonly<Partial<Record<Place, number>>>;
}

/** The slower place is measured again at every so many images. */
const measuredEvery = 32;
/** So many images are measured in each place before one is preferred: the first one pays for what is made once. */
const measuredFirst = 2;
/** Durations that the usual one is the median of. */
const remembered = 5;

/** Joins the service and the same model on this device into one, which decides by what it measures. */
export function preferring(
  client: Unpaired,
  model: LocalModel,
  { nowMs = () => performance.now() }: { readonly nowMs?: () => number } = {},
): PreferringTranslator {
  const measuredMs: Partial<Record<Place, number>> = {};
  const lastMs: Record<Place, number[]> = { local: [], edge: [] };
  let decided = 0;

  const isToBeMeasured = (place: Place) =>
    measuredMs[place] !== Number.POSITIVE_INFINITY && lastMs[place].length < measuredFirst;
  const faster = (): Place => {
    const unknown = (["local", "edge"] as const).filter(isToBeMeasured);
    if (unknown.length > 0) return unknown.sort((a, b) => lastMs[a].length - lastMs[b].length)[0]!;
    const fast = measuredMs.local! <= measuredMs.edge! ? "local" : "edge";
    return ++decided % measuredEvery === 0 ? other(fast) : fast;
  };
  const run = async (place: Place, image: ImageInput, options: Omit<PreferringOptions, "prefer">) => {
    const startMs = nowMs();
    const { id, version } = model.manifest;
    const result = await (place === "local"
      ? model.translate(image, options)
      : client.translate(image, { ...options, model: id, version }));
    lastMs[place] = [...lastMs[place], nowMs() - startMs].slice(-remembered);
    measuredMs[place] = median(lastMs[place]);
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
        lastMs[place] = [];
        return run(other(place), kept[1]!, options).catch(() => {
          throw error;
        });
      }
    },
  };
}

/** The lower one of two: what is measured once too slow is slow no more. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
}

function other(place: Place): Place {
  return place === "local" ? "edge" : "local";
}

/** Whether the other place may do better: no network, a busy server, too little memory, no codec. */
function isOfThePlace(error: unknown): boolean {
  return UnpairedError.isInstance(error) && (error.isRetryable || LocalModelError.isInstance(error));
}
