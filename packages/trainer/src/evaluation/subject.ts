import { UnpairedError } from "@unpaired/core";
import type { FeatureStatistic } from "@unpaired/core/contracts";
import { CheckpointError } from "../errors.ts";
import { readTrainedModel } from "../models/read-model.ts";
import { readRunModel } from "../models/run-model.ts";
import { type DirectionName, type TrainedModel, translatingPart } from "../models/trained-model.ts";
import type { TrainConfig } from "../run/config.ts";
import { readRunConfig } from "../run/run-directory.ts";
import { createModelTranslator } from "../translate/model-translator.ts";
import { createTranslator, type Translator } from "../translate/run-translator.ts";
import { bestCheckpoint, type RatedCheckpoint, rateCheckpoints } from "./choose-checkpoints.ts";
import { isPublished, readPublished } from "./read-published.ts";

/** One way a candidate translates. */
export interface CandidateDirection {
  readonly name: DirectionName;
  /** Names of the domains. */
  readonly from: string;
  readonly to: string;
  /** Both sides of what it reads must be multiples of this. */
  readonly multipleOf: number;
  readonly domainStatistics: readonly FeatureStatistic[];
  /** Starts it; the caller disposes what it gets. */
  open(): Promise<Translator>;
}

/** A column of the table: weights to be measured. */
export interface Candidate {
  readonly name: "last" | "best" | "model";
  readonly step?: number;
  readonly directions: readonly CandidateDirection[];
}

/** What is evaluated: a run, or a model from elsewhere. */
export interface Subject {
  readonly path: string;
  readonly method: string;
  readonly seed?: number;
  /** Side in pixels pictures are fitted to. */
  readonly sizePixels: number;
  readonly candidates: readonly Candidate[];
  /** A run's kept checkpoints, by which the best was chosen. */
  readonly checkpoints?: readonly RatedCheckpoint[];
  readonly config?: TrainConfig;
}

/** Options of {@link openSubject}. */
export interface OpenSubjectOptions {
  /** Which way a published model counts; it knows names of domains, not which of a data set's folders they are. */
  readonly publishedDirection?: DirectionName;
}

/**
 * Opens a run, an imported model or a published one for evaluation.
 *
 * @throws ModelDirectoryError `no_model` for a folder that is none of them
 * @throws CheckpointError when a run's checkpoints are not whole
 * @throws RegistryError `damaged` or `version_not_found`
 */
export async function openSubject(
  path: string,
  { publishedDirection = "a2b" }: OpenSubjectOptions = {},
): Promise<Subject> {
  if (await isPublished(path)) return openPublished(path, publishedDirection);
  const model = await readTrainedModel(path);
  const config = await configOfRun(path);
  if (!config) return { path, ...factsOf(model), candidates: [candidateOf("model", model)] };
  const checkpoints = await rateCheckpoints(path, config);
  const last = candidateOf("last", model);
  const best = bestCheckpoint(checkpoints.filter(({ step }) => step <= model.training.steps));
  const bestCandidate =
    best === undefined || best.step === model.training.steps
      ? { ...last, name: "best" as const }
      : await readRunModel(path, best.step).then(
          (earlier) => candidateOf("best", earlier),
          (error: unknown) => {
            // An earlier checkpoint that is damaged cannot be measured, and the last stays what there is.
            if (!(error instanceof UnpairedError)) throw error;
            return { ...last, name: "best" as const };
          },
        );
  return { path, ...factsOf(model), config, checkpoints, candidates: [last, bestCandidate] };
}

async function configOfRun(path: string): Promise<TrainConfig | undefined> {
  return readRunConfig(path).catch((error: unknown) => {
    if (error instanceof CheckpointError && error.code === "no_run") return undefined;
    throw error;
  });
}

function factsOf({ method, sizePixels, training }: TrainedModel) {
  return { method, sizePixels, seed: training.seed };
}

function candidateOf(name: Candidate["name"], model: TrainedModel): Candidate {
  return {
    name,
    step: model.training.steps,
    directions: model.directions.map((direction) => {
      const { name, from, to, domainStatistics } = direction;
      const { part, multipleOf } = translatingPart(direction);
      return { name, from, to, domainStatistics, multipleOf, open: async () => createTranslator(part) };
    }),
  };
}

async function openPublished(path: string, name: DirectionName): Promise<Subject> {
  const { manifest, files } = await readPublished(path);
  const { method, input, domains, domainStatistics, training } = manifest;
  return {
    path,
    method,
    seed: training.seed,
    sizePixels: input.sizePixels,
    candidates: [
      {
        name: "model",
        step: training.steps,
        directions: [
          {
            name,
            ...domains,
            multipleOf: input.multipleOf,
            domainStatistics,
            open: () => createModelTranslator(files),
          },
        ],
      },
    ],
  };
}
