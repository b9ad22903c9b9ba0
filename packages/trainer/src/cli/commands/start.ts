import type { Command } from "commander";
import type { MachineChoice } from "../../backend/select.ts";
import { recipeNamed, recipes } from "../../recipes/recipes.ts";
import { startRecipe } from "../../recipes/start.ts";
import type { CliContext } from "../context.ts";
import { describePublished } from "../describe-published.ts";
import { addMachineOptions, integerIn, mirrorOption } from "../options.ts";

interface StartCommandOptions extends MachineChoice {
  readonly recipe: string;
  readonly mirror?: string;
  readonly steps?: number;
  readonly seed?: number;
}

/** `trainer start`. */
export function addStartCommand(program: Command, context: CliContext): void {
  const command = program
    .command("start")
    .description(
      "a recipe from nothing to published models: gets its data, trains, publishes every direction",
    )
    .option("--recipe <name>", "which one; `trainer recipes` describes them", recipes[0]!.name)
    .option("--steps <count>", "end after this many steps at the latest", integerIn(1, 10_000_000))
    .option("--seed <number>", "(1)", integerIn(0, 2 ** 32 - 1))
    .addOption(mirrorOption());
  addMachineOptions(command).action(
    async ({ recipe, mirror, steps, seed, ...machine }: StartCommandOptions) => {
      const result = await startRecipe({
        recipe: recipeNamed(recipe),
        mirror,
        machine,
        directory: context.directory,
        context,
        ...(steps !== undefined && { maxSteps: steps }),
        ...(seed !== undefined && { seed }),
      });
      for (const line of describePublished(result.manifests)) context.print(line);
      if (result.manifests.length > 0) {
        context.print(`registry: ${result.registryDirectory}`);
        context.print(
          "Serve it with `pnpm serve`; train on your own folders with `trainer train --a FOLDER --b FOLDER`.",
        );
      }
    },
  );
}
