import type { WeightedNetwork } from "@unpaired/core";
import type { FeatureStatistic } from "@unpaired/core/contracts";
import type { ImageTensor } from "@unpaired/engine";
import { ConfigError } from "../errors.ts";
import type { TrainedSearchDirection } from "../translate/run-translator.ts";

/** From the first domain to the second, or back. */
export type DirectionName = "a2b" | "b2a";

/** What is known of one way a model translates, whatever does it. */
export interface DirectionFacts {
  readonly name: DirectionName;
  /** Names of the domains. */
  readonly from: string;
  readonly to: string;
  /** Feature statistics of the domain it reads; empty where none were taken. */
  readonly domainStatistics: readonly FeatureStatistic[];
  /** Fixed RGB images of that domain to verify with. */
  readProbes(): Promise<ImageTensor[]>;
}

/** One way a model translates by a generator. */
export interface ModelDirection extends DirectionFacts, WeightedNetwork {}

/** One way a model translates by a search. */
export interface SearchedDirection extends DirectionFacts {
  readonly search: TrainedSearchDirection;
}

/** A trained model, wherever it came from: a run of this trainer or another program's file. */
export interface TrainedModel<Way extends DirectionFacts = ModelDirection | SearchedDirection> {
  readonly method: string;
  /** Side in pixels it was trained for. */
  readonly sizePixels: number;
  /** At least one. */
  readonly directions: readonly Way[];
  readonly training: {
    /** Where it was trained; a run does not say. */
    readonly backend?: string;
    readonly steps: number;
    readonly dataSet: string;
    readonly seed: number;
  };
}

/** A model whose directions are one network each. */
export type NetworkModel = TrainedModel<ModelDirection>;

/** @throws ConfigError `no_network` for a model that no graph model can stand for */
export function assertNetworks(model: TrainedModel): asserts model is NetworkModel {
  if (model.directions.every((direction) => "spec" in direction)) return;
  throw new ConfigError(
    `A ${model.method} translates by searching for a latent, not by a network, and cannot be published or exported; use trainer translate, or train another method.`,
    { code: "no_network" },
  );
}

/** What translates in a direction, and what both sides of its images must be multiples of. */
export function translatingPart(direction: ModelDirection | SearchedDirection): {
  readonly part: WeightedNetwork | TrainedSearchDirection;
  readonly multipleOf: number;
} {
  return "spec" in direction
    ? { part: direction, multipleOf: direction.spec.multipleOf }
    : { part: direction.search, multipleOf: direction.search.multipleOf };
}

/** `summer2winter`: one id per direction. */
export function modelId({ from, to }: Pick<DirectionFacts, "from" | "to">): string {
  return `${from}2${to}`;
}

/**
 * The direction asked for, or the only one there is.
 *
 * @throws ConfigError `no_direction` when the model does not translate that way
 */
export function selectDirection<Way extends DirectionFacts>(
  { directions }: TrainedModel<Way>,
  name?: DirectionName,
): Way {
  const [first, ...more] = directions;
  const found =
    name === undefined && more.length === 0 ? first : directions.find((one) => one.name === (name ?? "a2b"));
  if (found) return found;
  throw new ConfigError(
    `The model does not translate ${name ?? "a2b"}; it has ${directions.map((one) => `${one.name} (${modelId(one)})`).join(", ")}.`,
    { code: "no_direction" },
  );
}
