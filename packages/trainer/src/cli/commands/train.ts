import { resolve } from "node:path";
import type { Command } from "commander";
import { type MachineChoice, openMachine } from "../../backend/select.ts";
import { resolveConfig } from "../../run/config.ts";
import { startRun } from "../../run/start-run.ts";
import type { CliContext } from "../context.ts";
import { addMachineOptions } from "../options.ts";
import { readTrainConfig } from "../train-config.ts";
import { addTrainSettings, type TrainSettings } from "../train-options.ts";
import { trainWithProgress } from "../train-with-progress.ts";

interface TrainOptions extends TrainSettings, MachineChoice {
  readonly config?: string;
  readonly name: string;
}

/** `trainer train --a FOLDER --b FOLDER`. */
export function addTrainCommand(program: Command, context: CliContext): void {
  const command = program
    .command("train")
    .description("trains a CycleGAN between two folders of pictures, or a pix2pix on pairs (JPEG, PNG, WebP)")
    .option(
      "--config <file>",
      "settings as JSON, as a run's config.json holds them; options below override it",
    )
    .option("--name <name>", "the run's folder under runs/", "run");
  addMachineOptions(command);
  addTrainSettings(command).action(async ({ config: file, name, ...options }: TrainOptions) => {
    const { directory } = context;
    const sources = { settings: options, directory, name, ...(file !== undefined && { file }) };
    const config = resolveConfig(await readTrainConfig(sources));
    const machine = await openMachine(options);
    const runDirectory = resolve(directory, "runs", name);
    const run = await startRun({ config, runDirectory });
    await trainWithProgress({ ...run, config, runDirectory, machine, context });
  });
}
