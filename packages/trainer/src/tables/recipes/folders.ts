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
  const methods = "cyclegan,cyclegan-identity,cut,fastcut";
  return onFolders(options, dataIn, { methods, paired: false });
}

function onPairs(options: ResolvedOptions, layout: (data: string) => RecipeData): TableRecipe {
  return onFolders(options, layout, { methods: "cyclegan,pix2pix", paired: true });
}

function onFolders(
  options: ResolvedOptions,
  layout: (data: string) => RecipeData,
  { methods, paired }: Pick<TableRecipe, "methods" | "paired">,
): TableRecipe {
  const { recipe: name, data, domains = { A: "a", B: "b" }, sizePixels, steps } = options;
  if (data === undefined) {
    throw invalid(`--recipe ${name} compares on your pictures; name their folder with --data.`);
  }
  refuse(options, ["scenes", "holdout", "segmenterSteps"], "drawn data");
  const folders = layout(data);
  return {
    ...{ name, domains, methods, sizePixels, steps, paired },
    data: { folder: data },
    pictures: 0,
    async check() {
      if (paired) {
        await listPairs(folders.trainA, folders.trainB);
        await listPairs(folders.testA, folders.testB);
      } else for (const folder of Object.values(folders)) await listImages(folder);
    },
    prepare: async () => folders,
  };
}
