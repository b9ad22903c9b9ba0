import type { FeatureStatistic } from "./manifest.ts";

/** Names of the features, in the order {@link imageFeatures} returns them. */
export const imageFeatureNames = [
  "redMean",
  "greenMean",
  "blueMean",
  "redDeviation",
  "greenDeviation",
  "blueDeviation",
] as const;

/**
 * Mean and standard deviation of each colour channel: six numbers that place an image in its domain.
 *
 * @param pixels interleaved RGB in [-1, 1], length a multiple of 3
 */
export function imageFeatures(pixels: Float32Array): number[] {
  const count = pixels.length / 3;
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  for (let index = 0; index < pixels.length; index++) {
    const value = pixels[index]!;
    sums[index % 3]! += value;
    squares[index % 3]! += value * value;
  }
  const means = sums.map((sum) => sum / count);
  const deviations = squares.map((square, channel) =>
    Math.sqrt(Math.max(0, square / count - means[channel]! ** 2)),
  );
  return [...means, ...deviations];
}

/** Statistics of the features over a set of images, as a manifest stores them. */
export function summarizeFeatures(features: readonly (readonly number[])[]): FeatureStatistic[] {
  return imageFeatureNames.map((name, column) => {
    const values = features.map((row) => row[column]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return { name, mean, standardDeviation: Math.sqrt(variance) };
  });
}

/**
 * How far an image lies from what a model was trained on: the root mean square of its features' z-scores.
 * About 1 inside the domain, growing without bound outside.
 *
 * @param pixels interleaved RGB in [-1, 1]
 * @returns undefined when the manifest carries no statistics this version understands
 */
export function domainScore(
  pixels: Float32Array,
  statistics: readonly FeatureStatistic[],
): number | undefined {
  const features = imageFeatures(pixels);
  let sum = 0;
  let count = 0;
  for (const { name, mean, standardDeviation } of statistics) {
    const column = (imageFeatureNames as readonly string[]).indexOf(name);
    if (column < 0) continue;
    // A domain of near-identical images must not make every input infinitely far away.
    sum += ((features[column]! - mean) / Math.max(standardDeviation, 0.02)) ** 2;
    count++;
  }
  return count === 0 ? undefined : Math.sqrt(sum / count);
}
