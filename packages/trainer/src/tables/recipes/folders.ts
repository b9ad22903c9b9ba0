import { join } from "node:path";
import { listImages } from "../../data/index.ts";
import { listPairs } from "../../data/list-pairs.ts";
import { dataIn } from "../../recipes/data-in.ts";
import type { RecipeData } from "../../recipes/recipe.ts";
import { invalid, type ResolvedOptions, refuse, type TableRecipe } from "./table-recipe.ts";

/** Aerial photographs and maps as the maps data set has them, one picture per file. */
export function maps(options: ResolvedOptions): TableRecipe {
  const domains = options.domains ?? { A: "aerial", B: "map" };
  return onPairs({ ...options, domains }, (data) => ({
    ...{ trainA: join(data, "train", "aerial"), trainB: join(data, "train", "map") },
    ...{ testA: join(data, "val", "aerial"), testB: join(data, "val", "map") },
  }));
}

/** A user's own pairs. */
export function pairs(options: ResolvedOptions): TableRecipe {
  return onPairs(options, dataIn);
}

/** A user's own two domains, of which nobody knows which picture belongs to which. */
export function unpaired(options: ResolvedOptions): TableRecipe {
  const folders = foldersOf(options, dataIn);
  return {
    ...onFolders(options, folders),
    methods: "cyclegan,cyclegan-identity,cut,fastcut",
    paired: false,
    async check() {
      for (const folder of Object.values(folders)) await listImages(folder);
    },
  };
}

function onPairs(options: ResolvedOptions, layout: (data: string) => RecipeData): TableRecipe {
  const folders = foldersOf(options, layout);
  return {
    ...onFolders(options, folders),
    methods: "cyclegan,pix2pix",
    paired: true,
    async check() {
      await listPairs(folders.trainA, folders.trainB);
      await listPairs(folders.testA, folders.testB);
    },
  };
}

function foldersOf({ recipe, data }: ResolvedOptions, layout: (data: string) => RecipeData): RecipeData {
  if (data === undefined) {
    throw invalid(`--recipe ${recipe} compares on your pictures; name their folder with --data.`);
  }
  return layout(data);
}

function onFolders(options: ResolvedOptions, folders: RecipeData) {
  refuse(options, ["scenes", "holdout", "segmenterSteps"], "drawn data");
  const { recipe: name, domains = { A: "a", B: "b" }, sizePixels, steps, data = "" } = options;
  return {
    name,
    domains,
    sizePixels,
    steps,
    data: { folder: data },
    pictures: 0,
    prepare: async () => folders,
  };
}
