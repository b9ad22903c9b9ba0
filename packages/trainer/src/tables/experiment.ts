import type { BackendName } from "../backend/select.ts";
import type { RecipeData } from "../recipes/recipe.ts";

/** One setting for every run of a table; the table's folder keeps it. */
export interface TableSetting {
  readonly recipe: string;
  readonly domains: { readonly A: string; readonly B: string };
  readonly sizePixels: number;
  /** Steps of every run. */
  readonly steps: number;
  readonly backend: BackendName;
  /** What decides the data: how scenes are drawn, or where the folders lie. */
  readonly data: Readonly<Record<string, string | number>>;
  /** Of the network that reads generated photos; absent where neither domain holds label maps. */
  readonly segmenterSteps?: number;
}

/** A setting with its data at hand. */
export interface Experiment {
  readonly setting: TableSetting;
  readonly folders: RecipeData;
  /** Training pictures of the larger domain. */
  readonly stepsPerEpoch: number;
  /** Folder of the graph model whose features an objective may compare, and the values it reads. */
  readonly features?: { readonly directory: string; readonly range: string };
}
