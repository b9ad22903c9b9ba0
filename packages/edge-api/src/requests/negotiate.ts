import type { ImageFormat } from "@unpaired/core/contracts";
import { RequestError } from "../problems/request-error.ts";

/** What the caller wants back. */
export interface Answer {
  readonly format: ImageFormat;
  /** The image inside a JSON document instead of the bare bytes. */
  readonly asJson: boolean;
}

interface Preference {
  readonly quality: number;
  // 0 for any type, 1 for any subtype, 2 for the exact type.
  readonly specificity: number;
}

const formats: readonly ImageFormat[] = ["png", "jpeg", "webp"];

/**
 * Decides the answer's type from `format`, then `Accept` (RFC 9110 §12.5.1), then the input's own type.
 * JSON is answered only when the caller names it.
 *
 * @returns a function of the input's format, so that a request nobody can satisfy fails before its body is read
 * @throws RequestError `not_acceptable`
 */
export function negotiate(
  accept: string | null,
  format: ImageFormat | undefined,
): (inputFormat: ImageFormat) => Answer {
  const ranges = parseAccept(accept ?? "*/*");
  const json = preferenceFor("application/json", ranges);
  const jsonPreference = json.specificity === 2 ? json : { quality: 0, specificity: 0 };
  const images = formats.map((name) => ({ name, preference: preferenceFor(`image/${name}`, ranges) }));
  const bestImage = images.map(({ preference }) => preference).sort(byPreference)[0]!;
  const asJson = jsonPreference.quality > 0 && byPreference(jsonPreference, bestImage) < 0;

  if (format !== undefined) return () => ({ format, asJson });
  if (asJson) {
    const acceptable = images.filter(
      ({ preference }) => preference.quality > 0 && preference.specificity > 0,
    );
    return (inputFormat) => ({ format: acceptable[0]?.name ?? inputFormat, asJson });
  }
  if (bestImage.quality === 0) {
    throw new RequestError(
      "not_acceptable",
      `Nothing in "accept: ${accept}" can be answered; accept image/png, image/jpeg, image/webp or application/json.`,
    );
  }
  return (inputFormat) => {
    const preferred = images.filter(({ preference }) => byPreference(preference, bestImage) === 0);
    const own = preferred.find(({ name }) => name === inputFormat);
    return { format: (own ?? preferred[0]!).name, asJson };
  };
}

function byPreference(left: Preference, right: Preference): number {
  return right.quality - left.quality || right.specificity - left.specificity;
}

function preferenceFor(mediaType: string, ranges: readonly (readonly [string, number])[]): Preference {
  const candidates = ["*/*", `${mediaType.split("/", 1)[0]}/*`, mediaType];
  let preference: Preference = { quality: 0, specificity: 0 };
  for (const [range, quality] of ranges) {
    const specificity = candidates.indexOf(range);
    if (specificity >= preference.specificity) preference = { quality, specificity };
  }
  return preference;
}

function parseAccept(accept: string): [string, number][] {
  return accept.split(",").flatMap((entry): [string, number][] => {
    const [range, ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
    if (!range) return [];
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    return [[range === "image/jpg" ? "image/jpeg" : range, Number.isFinite(quality) ? quality : 0]];
  });
}
