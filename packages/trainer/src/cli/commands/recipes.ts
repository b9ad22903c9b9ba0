import type { Command } from "commander";
import { recipes } from "../../recipes/recipes.ts";
import type { CliContext } from "../context.ts";

/** `trainer recipes`. */
export function addRecipesCommand(program: Command, { print }: CliContext): void {
  program
    .command("recipes")
    .description("what `trainer start --recipe` can make, from which data, in how many steps")
    .action(() => {
      const width = Math.max(...recipes.map(({ name }) => name.length));
      for (const { name, summary, data, steps, expected } of recipes) {
        print(`${name.padEnd(width)}  ${summary}`);
        for (const line of [`${data}; ${steps.toLocaleString("en")} steps`, ...expected]) {
          print(`${" ".repeat(width)}  ${line}`);
        }
      }
    });
}
