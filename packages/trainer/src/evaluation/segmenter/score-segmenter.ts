import { readImage } from "../../data/index.ts";
import { ConfusionMatrix, type LabelScores } from "../metrics/confusion-matrix.ts";
import { classesOf, resizeClasses } from "../palette.ts";
import type { Segmenter } from "./segmenter.ts";

/**
 * The label scores of a segmentation network on photos (A) and their label maps (B), in one order.
 *
 * @throws DataError when a picture cannot be used
 */
export async function scoreSegmenter(
  segmenter: Segmenter,
  {
    filesA,
    filesB,
    signal,
  }: { readonly filesA: readonly string[]; readonly filesB: readonly string[]; readonly signal: AbortSignal },
): Promise<LabelScores> {
  const matrix = new ConfusionMatrix(segmenter.palette.classes.length);
  for (const [index, file] of filesA.entries()) {
    signal.throwIfAborted();
    const photo = await readImage(file);
    const map = await readImage(filesB[index]!);
    const truth = resizeClasses(classesOf(map, segmenter.palette, { withIgnored: true }), map, photo);
    matrix.add(truth, await segmenter.segment(photo));
  }
  return matrix.scores();
}
