import { ConfigError } from "../../errors.ts";
import type { RecipeData } from "../../recipes/recipe.ts";

/** What a user may say about a table's data and size. */
export interface TableRecipeOptions {
  readonly recipe: string;
  /** Folder of the pictures, where they are not drawn. */
  readonly data?: string;
  /** Names of the domains in that folder. */
  readonly domains?: { readonly A: string; readonly B: string };
  readonly steps?: number;
  readonly size?: number;
  readonly scenes?: number;
  readonly holdout?: number;
  readonly segmenterSteps?: number;
}

/** {@link TableRecipeOptions} with what every recipe needs. */
export type ResolvedOptions = TableRecipeOptions & { readonly sizePixels: number; readonly steps: number };

/** Where a table's data comes from, and what is compared on it. */
export interface TableRecipe {
  readonly name: string;
  readonly domains: { readonly A: string; readonly B: string };
  /** Contestants, as `--methods` takes them. */
  readonly methods: string;
  readonly sizePixels: number;
  readonly steps: number;
  readonly segmenterSteps?: number;
  /** Whether equal names show one scene, so that translations can be held against the truth. */
  readonly paired: boolean;
  /** What decides the data. */
  readonly data: Readonly<Record<string, string | number>>;
  /** Pictures that are drawn. */
  readonly pictures: number;
  /** Looks whether data that is not drawn is there. @throws DataError */
  check(): Promise<void>;
  prepare(options: PrepareTableOptions): Promise<RecipeData>;
}

/** Options of a table recipe's `prepare`. */
export interface PrepareTableOptions {
  /** Where drawn data goes. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** A ConfigError for options that do not go together. */
export function invalid(message: string): ConfigError {
  return new ConfigError(message, { code: "invalid_config" });
}

/** @throws ConfigError for the first of `names` that is set */
export function refuse(
  options: TableRecipeOptions,
  names: readonly (keyof TableRecipeOptions)[],
  reason: string,
): void {
  const stray = names.find((name) => options[name] !== undefined);
  if (stray === undefined) return;
  const option = stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw invalid(`--${option} is for ${reason}; leave it out with --recipe ${options.recipe}.`);
}
