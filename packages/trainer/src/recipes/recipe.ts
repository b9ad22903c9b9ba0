import type { CliContext } from "../cli/context.ts";
import type { TrainConfigInput } from "../run/config.ts";

/** Folders of a recipe's data. */
export interface RecipeData {
  readonly trainA: string;
  readonly trainB: string;
  /** Held out; the same names in both where they are pairs. */
  readonly testA: string;
  readonly testB: string;
}

/** What preparing data may use. */
export interface PrepareOptions {
  /** Folder that data sets lie in. */
  readonly directory: string;
  readonly context: CliContext;
  /** Where to get archives from, instead of from their authors. */
  readonly mirror?: string | undefined;
}

/** From nothing to a published model: where the data comes from and how to train on it. */
export interface Recipe {
  readonly name: string;
  /** What it learns, in one line. */
  readonly summary: string;
  /** What is fetched or drawn, in a few words. */
  readonly data: string;
  /** Where an archive is fetched from, and what it must be; a recipe that draws its data has none. */
  readonly archive?: {
    readonly url: string;
    /** Lower-case hex. */
    readonly sha256: string;
    /** What stands in the way of fetching it, in one sentence. */
    readonly withheld?: string | undefined;
  };
  /** Steps of a whole run. */
  readonly steps: number;
  /** What others report of whole runs with these settings; empty where they show pictures alone. */
  readonly expected: readonly string[];
  /** @throws DownloadError | DataError | StorageError */
  prepare(options: PrepareOptions): Promise<RecipeData>;
  config(data: RecipeData): TrainConfigInput;
}
