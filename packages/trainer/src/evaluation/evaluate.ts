import { createRandom } from "@unpaired/core";
import { fromModelRange, type Picture, readImage, resize } from "../data/index.ts";
import type { DirectionName } from "../models/trained-model.ts";
import type { Translator } from "../translate/run-translator.ts";
import { EvaluationError } from "./errors.ts";
import type { FeatureExtractor } from "./features/feature-extractor.ts";
import type { MetricName } from "./figures.ts";
import { asTensor, type Fit, readFitted } from "./fitted-picture.ts";
import {
  cycleMeasure,
  domainMeasure,
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
import { type PlannedDirection, planDirections } from "./plan.ts";
import { filesByName, pictureName, type ReferenceSet } from "./reference-set.ts";
import type { Segmenter } from "./segmenter/segmenter.ts";
import type { Candidate, CandidateDirection, Subject } from "./subject.ts";

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

/** What is measured in a column of the table. */
export type ColumnName = "untranslated" | Candidate["name"] | "real";

/** Figures of a direction and a column, one value per subject; the untranslated and the real have one. */
export interface MeasuredColumn {
  readonly column: ColumnName;
  readonly figures: Readonly<Record<string, readonly number[]>>;
}

/** A direction's part of the result. */
export interface MeasuredDirection {
  readonly name: DirectionName;
  readonly from: string;
  readonly to: string;
  readonly columns: readonly MeasuredColumn[];
  /** Metrics that were not asked for by name and could not be taken, and why. */
  readonly leftOut: Readonly<Partial<Record<MetricName, string>>>;
}

/**
 * Measures every direction of every subject, last and best checkpoint, beside the untranslated input and, for the FCN
 * score, the real pictures. Equal inputs give equal figures.
 *
 * @throws EvaluationError `runs_differ`, `metric_not_possible`, `no_reference` and what the metrics throw
 * @throws DataError when a picture cannot be used
 */
export async function evaluate(options: EvaluateOptions): Promise<MeasuredDirection[]> {
  const { subjects, onProgress } = options;
  assertAlike(subjects);
  const plans = planDirections(options);
  const jobs = plans.flatMap((plan) => jobsOf(plan, subjects));
  const total = jobs.reduce((sum, { plan }) => sum + plan.inputs.files.length, 0);
  let done = 0;
  const realFeatures = new Map<string, Features>();
  const results = new Map<Job, Readonly<Record<string, number>>>();
  for (const job of jobs) {
    const figures = await measure(job, options, realFeatures, () => onProgress?.(++done, total));
    results.set(job, figures);
  }
  return plans.map((plan) => {
    const own = jobs.filter((job) => job.plan === plan);
    const columns = [...new Set(own.flatMap((job) => job.columns))].map((column) => ({
      column,
      figures: gather(own.filter((job) => job.columns.includes(column)).map((job) => results.get(job)!)),
    }));
    const { name, from, to, leftOut } = plan;
    return { name, from, to, columns: columns.sort((a, b) => order(a) - order(b)), leftOut };
  });
}

/** One pass over a direction's test pictures. */
interface Job {
  readonly plan: PlannedDirection;
  readonly kind: "untranslated" | "translated" | "real";
  readonly columns: readonly ColumnName[];
  readonly fit: Fit;
  readonly direction?: CandidateDirection;
  readonly back?: CandidateDirection;
}

const columnOrder: readonly ColumnName[] = ["untranslated", "last", "best", "model", "real"];
const order = ({ column }: MeasuredColumn) => columnOrder.indexOf(column);

function jobsOf(plan: PlannedDirection, subjects: EvaluateOptions["subjects"]): Job[] {
  const jobs: Job[] = [];
  for (const { candidates, sizePixels } of subjects) {
    for (const { name, step, directions } of candidates) {
      const direction = directions.find((one) => one.name === plan.name)!;
      const earlier = jobs.at(-1);
      // The best that is the last is measured once and shown in both columns.
      const twin = name === "best" && candidates[0]!.step === step;
      if (twin && earlier) {
        jobs[jobs.length - 1] = { ...earlier, columns: [...earlier.columns, name] };
        continue;
      }
      const back = directions.find((one) => one.name !== plan.name);
      const fit = { sizePixels, multipleOf: direction.multipleOf };
      jobs.push({ plan, kind: "translated", columns: [name], fit, direction, ...(back && { back }) });
    }
  }
  const { fit } = jobs[0]!;
  jobs.unshift({ plan, kind: "untranslated", columns: ["untranslated"], fit });
  if (plan.metrics.includes("fcn") && plan.hasCounterparts) {
    jobs.push({ plan, kind: "real", columns: ["real"], fit });
  }
  return jobs;
}

async function measure(
  job: Job,
  options: EvaluateOptions,
  realFeatures: Map<string, Features>,
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
  realFeatures: Map<string, Features>,
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
    const outside: Picture[] = [];
    for (const file of plan.outside!.files) outside.push(await readFitted(file, fit));
    measures.push(domainMeasure(direction.domainStatistics, { outside, threshold: options.domainThreshold }));
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

function gather(figures: readonly Readonly<Record<string, number>>[]): Record<string, readonly number[]> {
  const names = [...new Set(figures.flatMap((one) => Object.keys(one)))];
  return Object.fromEntries(names.map((name) => [name, figures.map((one) => one[name] ?? Number.NaN)]));
}

function assertAlike([first, ...others]: EvaluateOptions["subjects"]): void {
  const facts = ({ method, sizePixels, candidates }: Subject) =>
    JSON.stringify([
      method,
      sizePixels,
      candidates.map(({ name, directions }) => [
        name,
        directions.map(({ name, from, to, multipleOf }) => [name, from, to, multipleOf]),
      ]),
    ]);
  const other = others.find((one) => facts(one) !== facts(first));
  if (!other) return;
  throw new EvaluationError(
    "runs_differ",
    `${other.path} and ${first.path} differ in more than their seed (method, size, domains or generator); evaluate them one by one.`,
  );
}
