import type { WeightedNetwork } from "@unpaired/core";
import type { FeatureStatistic } from "@unpaired/core/contracts";
import type { ImageTensor } from "@unpaired/engine";
import { ConfigError } from "../errors.ts";

/** From the first domain to the second, or back. */
export type DirectionName = "a2b" | "b2a";

/** One way a model translates: a generator and what is known of the domain it reads. */
export interface ModelDirection extends WeightedNetwork {
  readonly name: DirectionName;
  /** Names of the domains. */
  readonly from: string;
  readonly to: string;
  /** Feature statistics of the domain it reads; empty where none were taken. */
  readonly domainStatistics: readonly FeatureStatistic[];
  /** Fixed RGB images of that domain to verify with. */
  readProbes(): Promise<ImageTensor[]>;
}

/** A trained model, wherever it came from: a run of this trainer or another program's file. */
export interface TrainedModel {
  readonly method: string;
  /** Side in pixels it was trained for. */
  readonly sizePixels: number;
  /** At least one. */
  readonly directions: readonly ModelDirection[];
  readonly training: {
    /** Where it was trained; a run does not say. */
    readonly backend?: string;
    readonly steps: number;
    readonly dataSet: string;
    readonly seed: number;
  };
}

/** `summer2winter`: one id per direction. */
export function modelId({ from, to }: Pick<ModelDirection, "from" | "to">): string {
  return `${from}2${to}`;
}

/**
 * The direction asked for, or the only one there is.
 *
 * @throws ConfigError `no_direction` when the model does not translate that way
 */
export function selectDirection({ directions }: TrainedModel, name?: DirectionName): ModelDirection {
  const [first, ...more] = directions;
  const found =
    name === undefined && more.length === 0 ? first : directions.find((one) => one.name === (name ?? "a2b"));
  if (found) return found;
  throw new ConfigError(
    `The model does not translate ${name ?? "a2b"}; it has ${directions.map((one) => `${one.name} (${modelId(one)})`).join(", ")}.`,
    { code: "no_direction" },
  );
}
