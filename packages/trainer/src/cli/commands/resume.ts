import { resolve } from "node:path";
import type { Command } from "commander";
import { type MachineChoice, openMachine } from "../../backend/select.ts";
import { readRunConfig } from "../../run/run-directory.ts";
import { reopenRun } from "../../run/start-run.ts";
import type { CliContext } from "../context.ts";
import { addMachineOptions } from "../options.ts";
import { trainWithProgress } from "../train-with-progress.ts";

/** `trainer resume RUN`. */
export function addResumeCommand(program: Command, context: CliContext): void {
  const command = program
    .command("resume")
    .description("goes on with a run from its last checkpoint, as if it had never stopped")
    .argument("<run>", "the run's folder");
  addMachineOptions(command).action(async (run: string, choice: MachineChoice) => {
    const runDirectory = resolve(context.directory, run);
    const config = await readRunConfig(runDirectory);
    const machine = await openMachine(choice);
    const opened = await reopenRun({ config, runDirectory });
    await trainWithProgress({ ...opened, config, runDirectory, machine, context, resume: true });
  });
}
