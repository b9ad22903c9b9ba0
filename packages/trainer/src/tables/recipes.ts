import { join } from "node:path";
import { listPairs } from "../data/list-pairs.ts";
import { ConfigError } from "../errors.ts";
import type { RecipeData } from "../recipes/recipe.ts";
import { synthesizeSeasonsLabels } from "../seasons/index.ts";
import { synthesizeTurnedScenes } from "./turned-scenes.ts";

export const tableRecipeNames = ["seasons-labels", "turned", "maps", "pairs"] as const;

/** What a user may say about a table's data and size. */
export interface TableRecipeOptions {
  readonly recipe: string;
  /** Folder of the pairs, for `maps` and `pairs`. */
  readonly data?: string;
  readonly steps?: number;
  readonly size?: number;
  readonly scenes?: number;
  readonly holdout?: number;
  readonly segmenterSteps?: number;
}

/** Where a table's data comes from, and what is compared on it. */
export interface TableRecipe {
  readonly name: string;
  readonly domains: { readonly A: string; readonly B: string };
  /** Contestants, as `--methods` takes them. */
  readonly methods: string;
  readonly sizePixels: number;
  readonly steps: number;
  readonly segmenterSteps?: number;
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

/** Every step of the default table, which takes about an hour on two cores. */
const STEPS = 2400;

/** @throws ConfigError `invalid_config` for options that do not go together */
export function tableRecipe(options: TableRecipeOptions): TableRecipe {
  const { size: sizePixels = 64, steps = STEPS } = options;
  if (sizePixels % 32 !== 0) throw invalid(`--size is ${sizePixels}; give a multiple of 32.`);
  const resolved = { ...options, sizePixels, steps };
  switch (options.recipe) {
    case "seasons-labels":
      return seasonsLabels(resolved);
    case "turned":
      return turned(resolved);
    default:
      return onPairs(resolved);
  }
}

type Resolved = TableRecipeOptions & { readonly sizePixels: number; readonly steps: number };

function seasonsLabels({
  sizePixels,
  steps,
  data,
  scenes = 200,
  holdout = 40,
  segmenterSteps = 600,
}: Resolved): TableRecipe {
  if (data !== undefined) throw drawsItself("seasons-labels");
  const drawing = { count: scenes, holdout, seed: 1 };
  return {
    name: "seasons-labels",
    domains: { A: "labels", B: "photo" },
    methods: "all",
    ...{ sizePixels, steps, segmenterSteps },
    data: drawing,
    pictures: 2 * (scenes + holdout),
    check: async () => {},
    prepare: ({ folder, signal, onProgress }) =>
      synthesizeSeasonsLabels({
        ...{ directory: folder, size: sizePixels, signal, ...drawing },
        onProgress: ({ done, total }) => onProgress(done, total),
      }),
  };
}

/** What the paper says its method cannot do: a change of geometry. */
function turned({
  sizePixels,
  steps,
  data,
  scenes = 200,
  holdout = 40,
  segmenterSteps,
}: Resolved): TableRecipe {
  if (data !== undefined) throw drawsItself("turned");
  if (segmenterSteps !== undefined) {
    throw invalid("--segmenter-steps is for seasons-labels; leave it out with --recipe turned.");
  }
  const drawing = { count: scenes, holdout, seed: 1 };
  return {
    name: "turned",
    domains: { A: "upright", B: "turned" },
    methods: "cyclegan,pix2pix",
    ...{ sizePixels, steps },
    data: drawing,
    pictures: 3 * (scenes + holdout),
    check: async () => {},
    prepare: ({ folder, ...watching }) =>
      synthesizeTurnedScenes({ directory: folder, size: sizePixels, ...drawing, ...watching }),
  };
}

function drawsItself(recipe: string): ConfigError {
  return invalid(`${recipe} draws its data; leave --data out, or choose --recipe maps or pairs.`);
}

function onPairs({ recipe, sizePixels, steps, data, ...others }: Resolved): TableRecipe {
  if (data === undefined)
    throw invalid(`--recipe ${recipe} compares on pairs; name their folder with --data.`);
  const stray = (["scenes", "holdout", "segmenterSteps"] as const).find((name) => others[name] !== undefined);
  if (stray !== undefined) {
    const option = stray === "segmenterSteps" ? "segmenter-steps" : stray;
    throw invalid(`--${option} is for drawn data; leave it out with --recipe ${recipe}.`);
  }
  const at = (...names: string[]) => join(data, ...names);
  const maps = recipe === "maps";
  const folders: RecipeData = maps
    ? {
        ...{ trainA: at("train", "aerial"), trainB: at("train", "map") },
        ...{ testA: at("val", "aerial"), testB: at("val", "map") },
      }
    : { trainA: at("trainA"), trainB: at("trainB"), testA: at("testA"), testB: at("testB") };
  return {
    name: recipe,
    domains: maps ? { A: "aerial", B: "map" } : { A: "a", B: "b" },
    methods: "cyclegan,pix2pix",
    ...{ sizePixels, steps },
    data: { folder: data },
    pictures: 0,
    async check() {
      await listPairs(folders.trainA, folders.trainB);
      await listPairs(folders.testA, folders.testB);
    },
    prepare: async () => folders,
  };
}

function invalid(message: string): ConfigError {
  return new ConfigError(message, { code: "invalid_config" });
}
