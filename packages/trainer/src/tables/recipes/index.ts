import { paintings, seasonsLabels, turned } from "./drawn.ts";
import { maps, pairs, unpaired } from "./folders.ts";
import { invalid, type ResolvedOptions, type TableRecipe, type TableRecipeOptions } from "./table-recipe.ts";

export type { TableRecipe } from "./table-recipe.ts";

const recipes = {
  "seasons-labels": seasonsLabels,
  turned,
  paintings,
  maps,
  pairs,
  unpaired,
} as const satisfies Record<string, (options: ResolvedOptions) => TableRecipe>;

/** What `trainer table --recipe` takes. */
export const tableRecipeNames = Object.keys(recipes) as (keyof typeof recipes)[];

/** Of every run: the default table takes some 70 minutes on two cores. */
const STEPS = 2400;

/** @throws ConfigError `invalid_config` for options that do not go together */
export function tableRecipe(
  options: TableRecipeOptions & { readonly recipe: keyof typeof recipes },
): TableRecipe {
  const { size: sizePixels = 64, steps = STEPS } = options;
  if (sizePixels % 32 !== 0) throw invalid(`--size is ${sizePixels}; give a multiple of 32.`);
  return recipes[options.recipe]({ ...options, sizePixels, steps });
}
