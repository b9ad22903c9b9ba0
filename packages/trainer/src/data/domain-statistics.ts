import { type FeatureStatistic, imageFeatures, summarizeFeatures } from "@unpaired/core/contracts";
import { type Picture, toModelRange } from "./picture.ts";

/** Statistics of a domain's pictures, as a manifest carries them for the domain score. */
export function computeDomainStatistics(pictures: Iterable<Picture>): FeatureStatistic[] {
  const features: number[][] = [];
  for (const picture of pictures) features.push(imageFeatures(toModelRange(picture)));
  return summarizeFeatures(features);
}
