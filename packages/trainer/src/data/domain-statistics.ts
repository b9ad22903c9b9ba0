import { type FeatureStatistic, imageFeatures, summarizeFeatures } from "@unpaired/core/contracts";
import { type Picture, toModelRange } from "./picture.ts";

/** Statistics of a domain's pictures, as a manifest carries them for the domain score. */
export async function computeDomainStatistics(
  pictures: Iterable<Picture> | AsyncIterable<Picture>,
): Promise<FeatureStatistic[]> {
  const features: number[][] = [];
  for await (const picture of pictures) features.push(imageFeatures(toModelRange(picture)));
  return summarizeFeatures(features);
}
