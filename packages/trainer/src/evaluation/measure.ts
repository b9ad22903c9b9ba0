import type { Random } from "@unpaired/core";
import { domainScore, type FeatureStatistic } from "@unpaired/core/contracts";
import { type Picture, toModelRange } from "../data/index.ts";
import { ConfusionMatrix } from "./metrics/confusion-matrix.ts";
import { detectionScores } from "./metrics/detection.ts";
import { type Features, featureDistance } from "./metrics/frechet-distance.ts";
import { kernelDistance } from "./metrics/kernel-distance.ts";
import { l1, picturePsnr } from "./metrics/pixel-error.ts";
import { shapeChange } from "./metrics/shape-change.ts";
import { ssim } from "./metrics/ssim.ts";
import { classesOf, type Palette } from "./palette.ts";

/** A picture, what became of it, and what is known of what should have. */
export interface Sample {
  readonly input: Picture;
  readonly output: Picture;
  /** The true counterpart, of the output's size. */
  readonly target?: Picture;
  /** True class ids of the output's pixels. */
  readonly truth?: Uint8Array;
  /** The output translated back. */
  readonly reconstruction?: Picture;
}

/** Gathers samples and says what they come to, by names of figures. */
export interface Measure {
  add(sample: Sample): void | Promise<void>;
  figures(): Readonly<Record<string, number>>;
}

/** L1, PSNR and SSIM against the true counterparts, means over pictures. */
export function pairedMeasure(): Measure {
  const means = new Means(["l1", "psnr", "ssim"]);
  return {
    add: ({ output, target }) =>
      means.add({ l1: l1(output, target!), psnr: picturePsnr(output, target!), ssim: ssim(output, target!) }),
    figures: () => means.figures(),
  };
}

/** Label metrics of drawn label pictures. */
export function labelMeasure(palette: Palette): Measure {
  const matrix = new ConfusionMatrix(palette.classes.length);
  return {
    add: ({ output, truth }) => matrix.add(truth!, classesOf(output, palette, { withIgnored: false })),
    figures: () => labelFigures("label", matrix),
  };
}

/** FCN score: what a segmenter sees in drawn photos. */
export function fcnMeasure(classes: number, segment: (picture: Picture) => Promise<Uint8Array>): Measure {
  const matrix = new ConfusionMatrix(classes);
  return {
    add: async ({ output, truth }) => matrix.add(truth!, await segment(output)),
    figures: () => labelFigures("fcn", matrix),
  };
}

/** FID and KID of the outputs' features against the real pictures'. */
export function featureMeasure(
  extract: (picture: Picture) => Promise<Float32Array>,
  { real, fid, kid, random }: { real: Features; fid: boolean; kid: boolean; random: Random },
): Measure {
  const drawn: Float32Array[] = [];
  return {
    add: async ({ output }) => void drawn.push(await extract(output)),
    figures() {
      const kernel = kid ? kernelDistance(drawn, real, { random }) : undefined;
      return {
        ...(fid && { fid: featureDistance(drawn, real) }),
        ...(kernel && { kid: kernel.mean, kidDeviation: kernel.deviation }),
      };
    },
  };
}

/** L1 between a picture and its translation translated back. */
export function cycleMeasure(): Measure {
  const means = new Means(["cycleL1"]);
  return {
    add: ({ input, reconstruction }) => means.add({ cycleL1: l1(input, reconstruction!) }),
    figures: () => means.figures(),
  };
}

/** Shape change of each picture, and by chance: against the picture before it, where that has the same size. */
export function shapeMeasure(): Measure {
  const own = new Means(["shapeChange"]);
  const chance = new Means(["shapeChangeByChance"]);
  let before: Picture | undefined;
  return {
    add({ input, output }) {
      own.add({ shapeChange: shapeChange(input, output) });
      if (before?.width === output.width && before.height === output.height) {
        chance.add({ shapeChangeByChance: shapeChange(before, output) });
      }
      before = input;
    },
    figures: () => ({ ...own.figures(), ...chance.figures() }),
  };
}

/** How well a direction's domain score tells its own test pictures from others, whose scores are given. */
export function domainMeasure(
  statistics: readonly FeatureStatistic[],
  { outside, threshold }: { outside: readonly number[]; threshold: number },
): Measure {
  const inside: number[] = [];
  return {
    add: ({ input }) => void inside.push(domainScoreOf(input, statistics)),
    figures() {
      const { auc, precision, recall } = detectionScores(outside, inside, threshold);
      return { domainAuc: auc, domainPrecision: precision, domainRecall: recall };
    },
  };
}

/** A picture's domain score; NaN where no statistic is understood. */
export function domainScoreOf(picture: Picture, statistics: readonly FeatureStatistic[]): number {
  return domainScore(toModelRange(picture), statistics) ?? Number.NaN;
}

function labelFigures(prefix: string, matrix: ConfusionMatrix): Record<string, number> {
  const { pixelAccuracy, classAccuracy, classIou } = matrix.scores();
  return {
    [`${prefix}PixelAccuracy`]: pixelAccuracy,
    [`${prefix}ClassAccuracy`]: classAccuracy,
    [`${prefix}ClassIou`]: classIou,
  };
}

/** Means of named figures. */
class Means {
  readonly #sums: Record<string, number>;
  #count = 0;

  constructor(names: readonly string[]) {
    this.#sums = Object.fromEntries(names.map((name) => [name, 0]));
  }

  add(values: Readonly<Record<string, number>>): void {
    for (const name of Object.keys(this.#sums)) this.#sums[name]! += values[name]!;
    this.#count++;
  }

  figures(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.#sums).map(([name, sum]) => [name, sum / this.#count]));
  }
}
