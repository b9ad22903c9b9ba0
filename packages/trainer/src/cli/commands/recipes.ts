import type { Command } from "commander";
import { describeRecipe } from "../../recipes/describe-recipe.ts";
import { recipeNamed, recipes } from "../../recipes/recipes.ts";
import type { CliContext } from "../context.ts";

/** `trainer recipes [NAME]`. */
export function addRecipesCommand(program: Command, { print }: CliContext): void {
  program
    .command("recipes")
    .description(
      "what `trainer start --recipe` can make; with a name: data, settings, work and what to expect",
    )
    .argument("[name]", "one recipe alone: horse2zebra")
    .action((name: string | undefined) => {
      if (name !== undefined) {
        for (const line of describeRecipe(recipeNamed(name))) print(line);
        return;
      }
      const width = Math.max(...recipes.map((recipe) => recipe.name.length));
      for (const recipe of recipes) {
        print(`${recipe.name.padEnd(width)}  ${recipe.summary}`);
        print(`${" ".repeat(width)}  ${recipe.data}; ${recipe.steps.toLocaleString("en")} steps`);
      }
    });
}
