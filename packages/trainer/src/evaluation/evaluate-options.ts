import type { DirectionName } from "../models/trained-model.ts";
import type { FeatureExtractor } from "./features/feature-extractor.ts";
import type { MetricName } from "./figures.ts";
import type { Palette } from "./palette.ts";
import type { ReferenceSet } from "./reference-set.ts";
import type { Segmenter } from "./segmenter/segmenter.ts";
import type { Subject } from "./subject.ts";

/** What an evaluation is made with. */
export interface EvaluateOptions {
  /** Runs of one method and data set under several seeds, or one run or model. */
  readonly subjects: readonly [Subject, ...Subject[]];
  /** Test pictures of both domains; a direction is measured where it has pictures to read. */
  readonly references: { readonly A?: ReferenceSet; readonly B?: ReferenceSet };
  /** What to measure; absent: all that can be. */
  readonly metrics?: readonly MetricName[];
  readonly direction?: DirectionName;
  /** Whether equal names in A and B mean the same scene. */
  readonly paired: boolean;
  /** The domain whose pictures are label maps. */
  readonly labelDomain?: "A" | "B";
  /** Label maps of the scenes where neither domain is one. */
  readonly labels?: ReferenceSet;
  readonly palette?: Palette;
  readonly segmenter?: Segmenter;
  readonly features?: FeatureExtractor;
  /** Pictures of neither domain; absent: those of the other domain. */
  readonly outOfDomain?: ReferenceSet;
  /** Domain score above which a picture counts as out of the domain. */
  readonly domainThreshold: number;
  /** Draws KID's subsets. */
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}
