import type { DirectionName } from "../models/trained-model.ts";
import { EvaluationError } from "./errors.ts";
import type { EvaluateOptions } from "./evaluate-options.ts";
import type { MetricName } from "./figures.ts";
import { type ColumnName, type Job, measureJob, type RealFeatures } from "./measure-job.ts";
import { type PlannedDirection, planDirections } from "./plan.ts";
import type { Subject } from "./subject.ts";

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
  onProgress?.(done, total);
  const realFeatures: RealFeatures = new Map();
  const results = new Map<Job, Readonly<Record<string, number>>>();
  for (const job of jobs) {
    const figures = await measureJob(job, options, realFeatures, () => onProgress?.(++done, total));
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
