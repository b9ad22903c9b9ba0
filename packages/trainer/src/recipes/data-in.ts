import { join } from "node:path";
import type { RecipeData } from "./recipe.ts";

/** The four folders of a data set laid out as the paper's are. */
export function dataIn(folder: string): RecipeData {
  const at = (part: string) => join(folder, part);
  return { trainA: at("trainA"), trainB: at("trainB"), testA: at("testA"), testB: at("testB") };
}
