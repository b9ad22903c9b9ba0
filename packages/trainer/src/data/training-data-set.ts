import type { FeatureStatistic } from "@unpaired/core/contracts";
import type { ImageBatch } from "../training/image-batch.ts";
import type { Domain } from "./domain.ts";
import type { Picture } from "./picture.ts";
import type { PlannedStep } from "./planned-image.ts";
import { checkInteger } from "./preprocess.ts";
import {
  type ReadingOptions,
  type ReadingSettings,
  readingSettings,
  statisticsLimit,
} from "./reading-settings.ts";
import { stepsAhead } from "./steps-ahead.ts";

export type DomainSide = "A" | "B";

/** What one training step sees: `[batch, height, width, channels]` per domain, in [-1, 1]. */
export interface TrainingBatch {
  readonly epoch: number;
  readonly A: ImageBatch;
  readonly B: ImageBatch;
}

/** Two domains of pictures, read as training steps. */
export interface TrainingDataSet {
  readonly mode: "unaligned" | "aligned";
  /** The files of each domain by index; the same ones where pairs lie side by side. */
  readonly filesA: readonly string[];
  readonly filesB: readonly string[];
  /** Pictures an epoch visits: max(|A|, |B|). */
  readonly epochLength: number;
  readonly stepsPerEpoch: number;
  /**
   * The batch of a step, from its number alone: any step can be asked for, at any time, with the same answer. The
   * following steps are made ready meanwhile, on another thread.
   *
   * @param step steps done before this one, from 0
   * @throws DataError naming a file that does not decode
   */
  batch(step: number): Promise<TrainingBatch>;
  /** Files that a step's batch is made of. */
  pictures(step: number): readonly string[];
  /** One whole picture at the size it is loaded, neither cropped nor flipped, as 8-bit RGB. */
  picture(side: DomainSide, index: number): Promise<Picture>;
  /** Statistics of up to `limit` pictures of a domain, evenly chosen. */
  domainStatistics(side: DomainSide, limit?: number): Promise<FeatureStatistic[]>;
}

/** Settings that the kinds of data sets to train on share. */
export interface TrainingOptions extends ReadingOptions {
  readonly flip?: boolean;
  readonly seed: number;
  /** 1 reads a domain as grey. */
  readonly channelsA?: 1 | 3;
  readonly channelsB?: 1 | 3;
}

/** {@link TrainingOptions} with their defaults filled in. */
export interface TrainingSettings extends ReadingSettings {
  readonly flip: boolean;
  readonly seed: number;
  readonly channelsA: 1 | 3;
  readonly channelsB: 1 | 3;
}

/**
 * Fills in defaults and checks what can be checked without the pictures.
 *
 * @throws InvalidArgumentError naming the setting that is out of range
 */
export function trainingSettings(options: TrainingOptions): TrainingSettings {
  const { flip = true, seed, channelsA = 3, channelsB = 3 } = options;
  const settings = readingSettings(options);
  checkInteger("seed", seed, 0, 0xffffffff);
  return { ...settings, flip, seed, channelsA, channelsB };
}

/** Puts two domains and the plan of their steps together. */
export function trainingDataSet<Mode extends TrainingDataSet["mode"]>({
  mode,
  files,
  domains,
  plan,
  prefetchSteps,
}: {
  readonly mode: Mode;
  readonly files: Readonly<Record<DomainSide, readonly string[]>>;
  readonly domains: Readonly<Record<DomainSide, Domain>>;
  readonly plan: {
    readonly epochLength: number;
    readonly stepsPerEpoch: number;
    step(step: number): PlannedStep;
  };
  readonly prefetchSteps: number;
}): TrainingDataSet & { readonly mode: Mode } {
  async function prepare(step: number): Promise<TrainingBatch> {
    const planned = plan.step(step);
    const [A, B] = await Promise.all([domains.A.batch(planned.A), domains.B.batch(planned.B)]);
    return { epoch: planned.epoch, A, B };
  }
  return {
    mode,
    filesA: files.A,
    filesB: files.B,
    epochLength: plan.epochLength,
    stepsPerEpoch: plan.stepsPerEpoch,
    batch: stepsAhead(prepare, { ahead: prefetchSteps }),
    pictures(step) {
      const planned = plan.step(step);
      const named = (["A", "B"] as const).flatMap((side) =>
        planned[side].map(({ index }) => files[side][index]!),
      );
      return [...new Set(named)];
    },
    picture: (side, index) => domains[side].picture(index),
    domainStatistics: (side, limit = statisticsLimit) => domains[side].statistics(limit),
  };
}
