import { resolve } from "node:path";
import type { Command } from "commander";
import { catalog } from "../../data-sets/catalog.ts";
import type { CliContext } from "../context.ts";
import { getDataSetWithProgress } from "../get-data-set-with-progress.ts";
import { mirrorOption } from "../options.ts";

interface DataGetOptions {
  readonly out: string;
  readonly mirror?: string;
}

/** `trainer data get`. */
export function addDataGetCommand(data: Command, context: CliContext): void {
  const { directory, print } = context;
  data
    .command("get")
    .description(`downloads a data set of the paper: ${Object.keys(catalog).join(", ")}`)
    .argument("<name>", "the data set")
    .option("--out <folder>", "where its folder goes", "data")
    .addOption(mirrorOption())
    .addHelpText("after", "\nBroken off, the same command goes on from there.")
    .action(async (name: string, { out, mirror }: DataGetOptions) => {
      const folder = await getDataSetWithProgress(
        { name, directory: resolve(directory, out), mirror },
        context,
      );
      print(`${name} is in ${folder}`);
    });
}
