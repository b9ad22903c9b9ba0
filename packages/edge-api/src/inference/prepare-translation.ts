import { assertKeepsSize } from "../requests/kept-size.ts";
import { fittedTo, type Translation } from "./translator.ts";

const DEFAULT_QUALITY = 90;

/** What is known of a translation; the rest has defaults. */
export type TranslationParts = Pick<
  Translation,
  "manifest" | "bytes" | "header" | "format" | "release" | "signal"
> & {
  readonly [Name in "quality" | "size" | "fit" | "keepSize" | "rejectAbove"]?: Translation[Name] | undefined;
};

/**
 * A translation with every default filled in.
 *
 * @throws RequestError `invalid_parameter` when the result is to be larger than what can be encoded
 */
export function prepareTranslation({
  quality = DEFAULT_QUALITY,
  size,
  fit = "contain",
  keepSize = false,
  rejectAbove,
  ...image
}: TranslationParts): Translation {
  const translation = { ...image, quality, size, fit, keepSize, rejectAbove };
  if (keepSize) assertKeepsSize(fittedTo(translation).region, translation.format);
  return translation;
}
