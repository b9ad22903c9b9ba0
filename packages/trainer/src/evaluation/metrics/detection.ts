/** How well a score tells two sets apart. */
export interface DetectionScores {
  /** Chance that a positive scores higher than a negative, ties counting half: 0.5 tells nothing, 1 everything. */
  readonly auc: number;
  /** Share of positives among what scores above the threshold; NaN where nothing does. */
  readonly precision: number;
  /** Share of the positives that score above the threshold. */
  readonly recall: number;
}

/**
 * Precision and recall of "score > threshold" and the area under the ROC curve, as Mann and Whitney count it.
 *
 * @param positives scores of what is to be found, at least one
 * @param negatives scores of what is to be left alone, at least one
 */
export function detectionScores(
  positives: readonly number[],
  negatives: readonly number[],
  threshold: number,
): DetectionScores {
  let ranked = 0;
  for (const positive of positives) {
    for (const negative of negatives) ranked += positive > negative ? 1 : positive === negative ? 0.5 : 0;
  }
  const found = positives.filter((score) => score > threshold).length;
  const alarms = negatives.filter((score) => score > threshold).length;
  return {
    auc: ranked / (positives.length * negatives.length),
    precision: found / (found + alarms),
    recall: found / positives.length,
  };
}
