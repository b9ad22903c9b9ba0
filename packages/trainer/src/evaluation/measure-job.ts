import { createRandom } from "@unpaired/core";
import { fromModelRange, type Picture, readImage, resize } from "../data/index.ts";
import type { Translator } from "../translate/run-translator.ts";
import type { EvaluateOptions } from "./evaluate-options.ts";
import type { MetricName } from "./figures.ts";
import { asTensor, type Fit, readFitted } from "./fitted-picture.ts";
import {
  cycleMeasure,
  domainMeasure,
  domainScoreOf,
  fcnMeasure,
  featureMeasure,
  labelMeasure,
  type Measure,
  pairedMeasure,
  type Sample,
  shapeMeasure,
} from "./measure.ts";
import type { Features } from "./metrics/frechet-distance.ts";
import { classesOf, type Palette, resizeClasses } from "./palette.ts";
import type { PlannedDirection } from "./plan.ts";
import { filesByName, pictureName, type ReferenceSet } from "./reference-set.ts";
import type { Candidate, CandidateDirection } from "./subject.ts";

/** What is measured in a column of the table. */
export type ColumnName = "untranslated" | Candidate["name"] | "real";

/** One pass over a direction's test pictures. */
export interface Job {
  readonly plan: PlannedDirection;
  readonly kind: "untranslated" | "translated" | "real";
  readonly columns: readonly ColumnName[];
  readonly fit: Fit;
  readonly direction?: CandidateDirection;
  readonly back?: CandidateDirection;
}

/** A set's features by its folder and fit, taken once. */
export type RealFeatures = Map<string, Features>;

/** Takes one job's figures, by name. */
export async function measureJob(
  job: Job,
  options: EvaluateOptions,
  realFeatures: RealFeatures,
  onPicture: () => void,
): Promise<Readonly<Record<string, number>>> {
  const { plan, kind, fit } = job;
  const measures = await measuresOf(job, options, realFeatures);
  const wanted = (name: MetricName) => plan.metrics.includes(name);
  const targets = plan.targets && filesByName(plan.targets);
  const labels = plan.labels && filesByName(plan.labels);
  const needsTarget = kind === "real" || wanted("paired");
  const translator = await job.direction?.open();
  const back = wanted("cycle") ? await job.back?.open() : undefined;
  try {
    for (const file of plan.inputs.files) {
      options.signal.throwIfAborted();
      const input = await readFitted(file, fit);
      const targetFile = needsTarget ? targets?.get(pictureName(file)) : undefined;
      const target = targetFile === undefined ? undefined : await readLike(input, targetFile);
      const labelFile = labels?.get(pictureName(file));
      const truth =
        labelFile !== undefined && (wanted("fcn") || wanted("labels"))
          ? await readTruth(input, labelFile, options.palette!)
          : undefined;
      const drawn = kind === "real" ? { output: target! } : await translate(input, translator, back);
      const sample: Sample = { input, ...drawn, ...(target && { target }), ...(truth && { truth }) };
      for (const one of measures) await one.add(sample);
      onPicture();
    }
  } finally {
    translator?.dispose();
    back?.dispose();
  }
  return Object.assign({}, ...measures.map((one) => one.figures()));
}

async function measuresOf(
  { plan, kind, fit, direction }: Job,
  options: EvaluateOptions,
  realFeatures: RealFeatures,
): Promise<Measure[]> {
  const { segmenter, features, palette, seed } = options;
  const wanted = (name: MetricName) => plan.metrics.includes(name);
  const measures: Measure[] = [];
  if (wanted("fcn")) {
    measures.push(fcnMeasure(palette!.classes.length, (picture) => segmenter!.segment(picture)));
  }
  if (kind === "real") return measures;
  if (wanted("labels")) measures.push(labelMeasure(palette!));
  if (wanted("paired")) measures.push(pairedMeasure());
  if (wanted("fid") || wanted("kid")) {
    const { folder } = plan.targets!;
    const key = `${folder} ${fit.sizePixels} ${fit.multipleOf}`;
    const real = realFeatures.get(key) ?? (await featuresOf(plan.targets!, fit, options));
    realFeatures.set(key, real);
    measures.push(
      featureMeasure((picture) => features!.extract(picture), {
        real,
        fid: wanted("fid"),
        kid: wanted("kid"),
        random: createRandom(seed).fork("kid"),
      }),
    );
  }
  if (wanted("shape")) measures.push(shapeMeasure());
  if (!direction) return measures;
  if (wanted("cycle")) measures.push(cycleMeasure());
  if (wanted("domain")) {
    const outside: number[] = [];
    for (const file of plan.outside!.files) {
      options.signal.throwIfAborted();
      outside.push(domainScoreOf(await readFitted(file, fit), direction.domainStatistics));
    }
    const threshold = options.domainThreshold;
    measures.push(domainMeasure(direction.domainStatistics, { outside, threshold }));
  }
  return measures;
}

async function featuresOf(
  { files }: ReferenceSet,
  fit: Fit,
  { features, signal }: EvaluateOptions,
): Promise<Features> {
  const rows: Float32Array[] = [];
  for (const file of files) {
    signal.throwIfAborted();
    rows.push(await features!.extract(await readFitted(file, fit)));
  }
  return rows;
}

async function translate(
  input: Picture,
  translator: Translator | undefined,
  back: Translator | undefined,
): Promise<Pick<Sample, "output" | "reconstruction">> {
  if (!translator) return { output: input };
  const translated = await translator.translate(asTensor(input));
  const output = fromModelRange(translated.data, translated);
  if (!back) return { output };
  const again = await back.translate(translated);
  return { output, reconstruction: fromModelRange(again.data, again) };
}

async function readLike({ width, height }: Picture, file: string): Promise<Picture> {
  return resize(await readImage(file, { smallestSidePixels: 1 }), width, height);
}

async function readTruth(size: Picture, file: string, palette: Palette): Promise<Uint8Array> {
  const picture = await readImage(file, { smallestSidePixels: 1 });
  return resizeClasses(classesOf(picture, palette, { withIgnored: true }), picture, size);
}
