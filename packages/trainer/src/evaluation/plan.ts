import type { DirectionName } from "../models/trained-model.ts";
import { EvaluationError } from "./errors.ts";
import type { EvaluateOptions } from "./evaluate-options.ts";
import { type MetricName, metricNames } from "./figures.ts";
import { filesByName, pictureName, type ReferenceSet } from "./reference-set.ts";
import type { CandidateDirection } from "./subject.ts";

/** A direction and what can be measured of it. */
export interface PlannedDirection {
  readonly name: DirectionName;
  readonly from: string;
  readonly to: string;
  readonly inputs: ReferenceSet;
  readonly targets?: ReferenceSet;
  /** Whether every input has a target of its name. */
  readonly hasCounterparts: boolean;
  /** Pictures of true classes by the inputs' names. */
  readonly labels?: ReferenceSet;
  /** What the domain score is to tell apart from the inputs. */
  readonly outside?: ReferenceSet;
  readonly metrics: readonly MetricName[];
  readonly leftOut: Readonly<Partial<Record<MetricName, string>>>;
}

/**
 * Says what can be measured of which direction.
 *
 * @throws EvaluationError `no_reference` when no direction has pictures to read, `metric_not_possible` when a metric was
 *   asked for and can be taken of no direction
 */
export function planDirections(options: EvaluateOptions): PlannedDirection[] {
  const { subjects, direction: only, metrics } = options;
  const directions = subjects[0].candidates[0]!.directions.filter(
    ({ name }) => only === undefined || name === only,
  );
  const plans = directions.flatMap((direction) => planDirection(direction, options) ?? []);
  if (plans.length === 0) {
    throw new EvaluationError(
      "no_reference",
      `There are no test pictures for ${subjects[0].path}; name folders of them with --a and --b.`,
    );
  }
  for (const metric of metrics ?? []) {
    if (plans.some((plan) => plan.metrics.includes(metric))) continue;
    throw new EvaluationError(
      "metric_not_possible",
      `The metric ${metric} cannot be taken: ${plans[0]!.leftOut[metric]}.`,
    );
  }
  return plans;
}

function planDirection(
  direction: CandidateDirection,
  options: EvaluateOptions,
): PlannedDirection | undefined {
  const { references, metrics: asked = metricNames } = options;
  const [source, aim] = direction.name === "a2b" ? (["A", "B"] as const) : (["B", "A"] as const);
  const inputs = references[source];
  if (!inputs) return undefined;
  const targets = references[aim];
  const labels =
    options.labels ?? (options.labelDomain === undefined ? undefined : references[options.labelDomain]);
  const outside = options.outOfDomain ?? targets;
  const material: Material = { direction, options, aim, inputs, targets, labels, outside };
  const leftOut: Partial<Record<MetricName, string>> = {};
  for (const metric of asked) {
    const why = obstacles[metric](material);
    if (why !== undefined) leftOut[metric] = why;
  }
  const { name, from, to } = direction;
  return {
    ...{ name, from, to, inputs, leftOut },
    hasCounterparts: targets !== undefined && missing(inputs, targets) === undefined,
    ...(targets && { targets }),
    ...(labels && { labels }),
    ...(outside && { outside }),
    metrics: metricNames.filter((metric) => asked.includes(metric) && leftOut[metric] === undefined),
  };
}

interface Material {
  readonly direction: CandidateDirection;
  readonly options: EvaluateOptions;
  readonly aim: "A" | "B";
  readonly inputs: ReferenceSet;
  readonly targets: ReferenceSet | undefined;
  readonly labels: ReferenceSet | undefined;
  readonly outside: ReferenceSet | undefined;
}

const noTargets = "there are no pictures of the domain it translates to; name their folder with --a or --b";

/** Why a metric cannot be taken, or nothing. */
const obstacles: Record<MetricName, (material: Material) => string | undefined> = {
  paired: ({ options, inputs, targets }) => {
    if (!targets) return noTargets;
    if (!options.paired && !options.metrics?.includes("paired")) {
      return "nothing says that pictures of one name in A and B show one scene; if they do, ask for paired by name";
    }
    return missing(inputs, targets);
  },
  labels: ({ options, aim, inputs, labels }) => {
    if (options.labelDomain === undefined) {
      return "nothing says which domain holds label maps; if one does, name it with --label-domain";
    }
    if (options.labelDomain !== aim) return "this way draws photos, not label maps";
    if (!options.palette) return "the classes are not known; name them with --classes";
    return missing(inputs, labels!);
  },
  fcn: ({ options, aim, inputs, labels }) => {
    if (options.labelDomain === aim) return "this way draws label maps, not photos";
    if (!options.segmenter) {
      return "it needs a segmentation network; make one with trainer train-segmenter and name it with --segmenter";
    }
    if (!labels) return "there are no true label maps; name their folder with --labels, or --label-domain";
    return missing(inputs, labels);
  },
  fid: (material) => needsFeatures(material, 2),
  kid: (material) => needsFeatures(material, 4),
  cycle: ({ options }) =>
    options.subjects[0].candidates[0]!.directions.length < 2
      ? "the model translates one way only"
      : undefined,
  shape: () => undefined,
  domain: ({ direction, outside }) => {
    if (direction.domainStatistics.length === 0) return "the model carries no statistics of its domain";
    return outside ? undefined : "there are no pictures from outside; name a folder with --out-of-domain";
  },
};

function needsFeatures({ options, inputs, targets }: Material, atLeast: number): string | undefined {
  if (!options.features) return "it needs a feature network; name a graph model with --features";
  if (!targets) return noTargets;
  const few = [inputs, targets].find(({ files }) => files.length < atLeast);
  return few && `${few.folder} holds fewer than the ${atLeast} pictures it needs`;
}

/** Says which counterpart is missing. */
function missing(inputs: ReferenceSet, others: ReferenceSet): string | undefined {
  const names = filesByName(others);
  if (names.size < others.files.length) return `two pictures of ${others.folder} have one name`;
  const alone = inputs.files.find((file) => !names.has(pictureName(file)));
  return alone === undefined ? undefined : `${alone} has no counterpart of that name in ${others.folder}`;
}
