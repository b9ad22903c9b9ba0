import { type ImageFacts, type ImageLimits, inspectImage } from "./decode.ts";

const inspectionsAtOnce = 8;

/**
 * Reads every file's header, a few at a time.
 *
 * @throws DataError of the first bad file by order
 */
export async function inspectAll(
  files: readonly string[],
  limits: ImageLimits,
  signal: AbortSignal | undefined,
): Promise<ImageFacts[]> {
  const facts: ImageFacts[] = [];
  for (let first = 0; first < files.length; first += inspectionsAtOnce) {
    signal?.throwIfAborted();
    const group = files.slice(first, first + inspectionsAtOnce);
    const outcomes = await Promise.allSettled(group.map((file) => inspectImage(file, limits)));
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") throw outcome.reason;
      facts.push(outcome.value);
    }
  }
  return facts;
}
